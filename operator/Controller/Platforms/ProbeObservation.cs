using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;

namespace ImageOperator.Controller.Platforms;

/// <summary>All that a decision about a platform is made from.</summary>
internal sealed record ProbeObservation
{
    public required IPlatformObject Platform { get; init; }

    public required DateTimeOffset Now { get; init; }

    public ProbePod? Pod { get; init; }

    /// <summary>Why no pod could be created just now.</summary>
    public string? Refusal { get; init; }

    public ProbePolicy Policy { get; init; } = new();

    /// <summary>What is wrong with the spec.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    public long Generation => Platform.Metadata.Generation ?? 0;

    public string? Requested => Platform.Metadata.Annotations is { } annotations && annotations.TryGetValue(Labels.ReconcileRequestedAt, out var value) && value.Length > 0 ? value : null;
}

/// <summary>The probe pod.</summary>
internal sealed record ProbePod
{
    public required string Uid { get; init; }

    /// <summary>The platform's generation that it probes.</summary>
    public required long Generation { get; init; }

    /// <summary>The request to reconcile that it answers.</summary>
    public string? Requested { get; init; }

    /// <summary>It was made for this platform, not for one of the same name before.</summary>
    public bool Ours { get; init; } = true;

    public bool Terminating { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What it said.</summary>
    public ProbeResult? Result { get; init; }

    /// <summary>Why it does not start, or ended without a word.</summary>
    public string? Detail { get; init; }
}
