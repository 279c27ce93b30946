using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Targets;

namespace ImageOperator.Controller.Pods;

/// <summary>Which pod to make.</summary>
/// <param name="Build">The build, with the snapshot in its status.</param>
/// <param name="Target">The target, from the snapshot.</param>
/// <param name="Attempt">The attempt, or the sweeper's number.</param>
/// <param name="Sweeper">A pod that removes what builders left.</param>
internal sealed record PodPlan(ImageBuild Build, Target Target, int Attempt, bool Sweeper)
{
    /// <summary>The results that the target may take instead of building.</summary>
    public IReadOnlyList<EarlierResult> Earlier { get; init; } = [];

    /// <summary>Sensitive parameters are hashed with the namespace's salt.</summary>
    public bool NeedsSalt => !Sweeper && Build.Status?.Template?.Parameters.Any(p => p.IsSensitive) == true;

    public string Name => Sweeper
        ? PodNames.Sweeper(Build.Metadata.Name, Target.Name, Attempt)
        : PodNames.Builder(Build.Metadata.Name, Target.Name, Attempt);
}
