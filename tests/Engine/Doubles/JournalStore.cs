using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Engine.Tests.Doubles;

/// <summary>The durable side of the journal: etcd. It survives every process.</summary>
internal sealed class JournalStore
{
    private string? _json;

    /// <summary>The attempt that the operator has started last.</summary>
    public int Attempt { get; set; }

    public DateTimeOffset UnavailableUntil { get; set; }

    public int Saves { get; private set; }

    public TargetStatus? Status => _json is null ? null : JsonSerializer.Deserialize<TargetStatus>(_json, ApiJson.Options);

    /// <summary>Every text that was ever written.</summary>
    public List<string> History { get; } = [];

    /// <summary>The annotation that releases breakpoints.</summary>
    public string? Resume { get; set; }

    public void Save(TargetStatus status, int attempt)
    {
        if (Attempt > attempt) throw new FencedException(attempt);
        Saves++;
        _json = JsonSerializer.Serialize(status, ApiJson.Options);
        History.Add(_json);
    }
}
