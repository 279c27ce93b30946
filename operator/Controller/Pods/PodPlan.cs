using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Platforms;
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
    /// <summary>The platform that the target refers to, from the snapshot; null if it refers to none.</summary>
    /// <exception cref="PodPlanException">The snapshot lacks it.</exception>
    public ImagePlatformSpec? Platform => Target.PlatformRef is not { } reference
        ? null
        : Build.Status?.Platforms?.FirstOrDefault(p => p.Kind == reference.Kind && p.Name == reference.Name)?.Spec
            ?? throw new PodPlanException($"the build has no snapshot of {reference}");

    /// <summary>The service account that the pod runs as.</summary>
    public string ServiceAccount => Platform?.Credentials?.ServiceAccountName ?? PodNames.Access(Build.Metadata.Name);

    /// <summary>The results that the target may take instead of building.</summary>
    public IReadOnlyList<EarlierResult> Earlier { get; init; } = [];

    /// <summary>Sensitive parameters and files of Secrets are hashed with the namespace's salt.</summary>
    public bool NeedsSalt => !Sweeper && Build.Status?.Template is { } template
        && (template.Parameters.Any(p => p.IsSensitive) || template.Lookups.Any(l => l.Sensitive) || template.Workspace.Any(w => w.Secret is not null));

    public string Name => Sweeper
        ? PodNames.Sweeper(Build.Metadata.Name, Target.Name, Attempt)
        : PodNames.Builder(Build.Metadata.Name, Target.Name, Attempt);
}
