using System.Security.Cryptography;
using System.Text;
using k8s.Models;

namespace ImageOperator.Runtime.Events;

/// <summary>Something to record.</summary>
internal sealed record Happening(
    V1ObjectReference Regarding, EventSeverity Severity, string Reason, string Action, string Note, V1ObjectReference? Related, DateTimeOffset At)
{
    /// <summary>The same for the same happening, in every process: so a repeat is found again.</summary>
    public ObjectKey Key(string controller)
    {
        var identity = string.Join('\n', Regarding.Uid, Severity, Reason, Action, Note, Related?.Uid, controller);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..16];
        var name = Regarding.Name.Length > 230 ? Regarding.Name[..230] : Regarding.Name;
        return new(string.IsNullOrEmpty(Regarding.NamespaceProperty) ? "default" : Regarding.NamespaceProperty, $"{name}.{hash}");
    }

    public Eventsv1Event ToEvent(ObjectKey key, string controller, string instance) => new()
    {
        Metadata = new() { Name = key.Name, NamespaceProperty = key.Namespace },
        EventTime = At.UtcDateTime,
        Regarding = Regarding,
        Related = Related,
        Type = Severity.ToString(),
        Reason = EventText.Cut(Reason, EventText.WordBytes),
        Action = EventText.Cut(Action, EventText.WordBytes),
        Note = Note,
        ReportingController = controller,
        ReportingInstance = EventText.Cut(instance, EventText.WordBytes),
    };
}
