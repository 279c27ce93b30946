using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Queue;

namespace ImageOperator.Controller.Builds;

/// <summary>What is to be done about a build now.</summary>
internal sealed record Decision
{
    /// <summary>The fields of status that the operator owns, all of them; null leaves status alone.</summary>
    public ImageBuildStatus? Status { get; init; }

    public IReadOnlyList<BuildAction> Actions { get; init; } = [];

    /// <summary>When to look again, whatever happens.</summary>
    public TimeSpan? WakeAfter { get; init; }

    /// <summary>Targets that are to start, if the queue lets them: ask it, decide again.</summary>
    public IReadOnlyList<Claim> Claims { get; init; } = [];

    /// <summary>The observation is from caches and too weak for what it suggests: observe live, decide again.</summary>
    public bool NeedsLive { get; init; }
}
