using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Builds;

namespace ImageOperator.Controller.Queue;

/// <summary>How long a target has, or had, its machine: from its builder's first word to its end, lost pods and clean-up included.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Account">Who pays.</param>
/// <param name="Start">The first attempt's start.</param>
/// <param name="End">Null while it runs.</param>
internal readonly record struct MachineTime(string Target, UsageAccount Account, DateTimeOffset Start, DateTimeOffset? End)
{
    public TimeSpan In(Month month, DateTimeOffset now) => month.Share(Start, End ?? now);

    /// <summary>Those of a build's targets that have a platform.</summary>
    public static IEnumerable<MachineTime> Of(ImageBuild build)
    {
        if (build.Status is not { Template: { } template, Targets: { } targets }) yield break;
        foreach (var target in targets)
        {
            if (target.StartTime is not { } start || Claim.Of(build, template, target.Name) is not { Platform: { Name.Length: > 0 } platform }) continue;
            // It had none: what was there already was taken.
            if (target.Phase == TargetPhase.UpToDate) continue;
            // An ended target without a time of its end is one that was ended by hand: the build's end bounds it.
            var end = target.CompletionTime ?? (TargetView.IsTerminalPhase(target.Phase) ? build.Status.CompletionTime ?? start : build.Status.CompletionTime);
            yield return new(target.Name, new(build.Metadata.NamespaceProperty, platform), start, end);
        }
    }
}

/// <summary>What one namespace uses of one platform.</summary>
internal readonly record struct UsageAccount(string Namespace, PlatformKey Platform);
