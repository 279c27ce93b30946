using System.Security.Cryptography;
using System.Text;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Engine.Events;

namespace ImageOperator.Workspaces;

/// <summary>One entry that is being fetched.</summary>
/// <param name="Source">The entry, expanded.</param>
/// <param name="Field">Its source's field, for failures: <c>workspace[site].git</c>.</param>
/// <param name="Request">What it is part of.</param>
/// <param name="Observer">Is told what goes on.</param>
/// <param name="Time">The clock.</param>
internal sealed record Entry(WorkspaceSource Source, string Field, WorkspaceRequest Request, IBuildObserver Observer, TimeProvider Time)
{
    public string Cache => Path.Combine(Request.Cache, "workspace");

    /// <summary>The Secret's keys; empty if the entry names none.</summary>
    public IReadOnlyDictionary<string, string> Secret { get; } = Source.CredentialsRef() is { } reference
        ? Request.Credentials(Source) ?? throw WorkspaceFailure.Refused($"{Field}.secretRef", $"there is no Secret {reference.Name}", "create it in the build's namespace, or correct the name")
        : new Dictionary<string, string>();

    public string SecretName => Source.CredentialsRef()?.Name ?? "";

    /// <summary>Names the Secret of the namespace in the cache.</summary>
    public string Owner => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Request.Namespace}/{SecretName}")))[..16];

    public void Say(string text, MessageLevel level = MessageLevel.Info) => Observer.Observe(new BuildEvent.Message(level, text));

    public void Report(string text, double? fraction = null) => Observer.Observe(new BuildEvent.Progress(text, fraction));
}
