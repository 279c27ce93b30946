using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Targets;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Masking;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Builder.Pod;

/// <summary>Makes the engine's plan of what the build's status and the pod's mounts say.</summary>
internal static class PodPlan
{
    /// <exception cref="InvalidOperationException">The build is not one that the operator has taken up.</exception>
    public static BuildPlan Create(PodOptions options, ImageBuild build, int attempt, bool sweeping = false)
    {
        var template = build.Status?.Template
            ?? throw new InvalidOperationException($"ImageBuild {options.Namespace}/{options.Build} has no snapshot in status.template: was it taken up by the operator?");
        var target = template.Targets.FirstOrDefault(t => t.Name == options.Target)
            ?? throw new InvalidOperationException($"ImageBuild {options.Namespace}/{options.Build} has no target {options.Target}");
        var values = PodParameters.Resolve(template, build, options.Parameters, sweeping);
        var volumes = new PodVolumes(options);
        return new()
        {
            Identity = new(options.Uid, options.Namespace, options.Build, options.Target, attempt),
            Template = template,
            Platform = AccessOf(target, build.Status),
            Trace = options.Trace,
            Parameters = values,
            Masker = new SecretMasker([.. PodParameters.Sensitive(template, values), .. sweeping ? [] : PodWorkspace.Secrets(options, template), .. Secrets(template, options), .. PodPublications.Secrets(options, target)]),
            Folders = new(options.Workspace, options.Scratch, options.Cache, Path.Combine(OutputFolder(target, volumes, options), $"{options.Build}-{options.Target}.files")),
            Volumes = volumes,
            Earlier = sweeping ? [] : PodComparison.Earlier(options.Earlier),
            Salt = sweeping ? null : PodComparison.Salt(options.Salt),
            Force = build.Spec.Force,
            PlanOnly = build.Spec.PlanOnly,
        };
    }

    private static IEnumerable<string> Secrets(ImageTemplateSpec template, PodOptions options)
    {
        var mounted = new MountedSecrets(options.Secrets);
        return CommunicatorSecrets.Of(template.Communicator).Select(s => mounted.Find(s.Reference)).OfType<string>();
    }

    private static PlatformAccess? AccessOf(Target target, ImageBuildStatus status)
    {
        if (target.PlatformRef is not { } reference) return null;
        var snapshot = status.Platforms?.FirstOrDefault(p => p.Kind == reference.Kind && p.Name == reference.Name)
            ?? throw new InvalidOperationException($"the build has no snapshot of {reference} in status.platforms: was it taken up by the operator?");
        return new(snapshot.Spec, PodPaths.Credentials, snapshot.Uid);
    }

    /// <summary>Where the log is stored if it is too long for the operator to keep; null where no output store is mounted.</summary>
    public static string? LogFile(PodOptions options, ImageBuild build, int attempt)
    {
        if (build.Spec.PlanOnly || build.Status?.Template?.Targets.FirstOrDefault(t => t.Name == options.Target) is not { Qemu: not null } target) return null;
        return Path.Combine(OutputFolder(target, new PodVolumes(options), options), KeptLog.FileName(options.Build, options.Target, attempt));
    }

    private static string OutputFolder(Target target, PodVolumes volumes, PodOptions options) => target.Qemu?.Output.PersistentVolumeClaim switch
    {
        { } claim when !claim.Path.Contains("$(", StringComparison.Ordinal) => volumes.MapClaim(VolumeUse.Output, claim.ClaimName, claim.Path),
        _ => options.Output,
    };
}
