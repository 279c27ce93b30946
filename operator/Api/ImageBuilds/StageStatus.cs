using ImageOperator.Api.Common;

namespace ImageOperator.Api.ImageBuilds;

/// <summary>A stage that was reached.</summary>
public sealed record StageStatus
{
    /// <summary>The stage.</summary>
    public required BuildStage Name { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>When it was reached.</summary>
    public DateTimeOffset? CompletionTime { get; init; }

    /// <summary>How long it took.</summary>
    public Duration? Duration { get; init; }

    /// <summary>How much of it was spent waiting for others; unset for none.</summary>
    public Duration? Waiting { get; init; }
}
