using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Builds;
using ImageOperator.Runtime.Conditions;
using Types = ImageOperator.Api.Conditions.ConditionTypes;

namespace ImageOperator.Controller.Queue;

/// <summary>What a build's status says of a target's place. It only ever rises, so of two views the higher one is the newer.</summary>
internal enum TargetStanding
{
    /// <summary>Nobody has asked for a place yet.</summary>
    Unknown,

    /// <summary>It is to start, and has not.</summary>
    Waits,

    /// <summary>It was let start, and may have a machine.</summary>
    HasPlace,

    /// <summary>It has ended and left nothing, or will never start.</summary>
    Over,
}

/// <summary>Reads the standing.</summary>
internal static class TargetStandings
{
    public static IEnumerable<(string Target, TargetStanding Standing)> Of(ImageBuild build)
    {
        if (build.Status?.Template is not { } template) return [];
        var over = IsFinished(build);
        return BuildInputs.TargetNames(build, template).Select(name => (name, over ? TargetStanding.Over : Of(build, name)));
    }

    private static TargetStanding Of(ImageBuild build, string name)
    {
        var status = build.Status!.Targets?.FirstOrDefault(t => t.Name == name);
        if (TargetView.IsTerminalPhase(status?.Phase))
        {
            // A machine that could not be removed is still a machine.
            return status!.Resources?.Any(r => r.Temporary) == true ? TargetStanding.HasPlace : TargetStanding.Over;
        }

        // The attempt is written before the pod is made.
        if (status?.Attempt is not null) return TargetStanding.HasPlace;
        var unwanted = build.Spec.Cancel || build.Metadata.DeletionTimestamp is not null || FailFast.CancelledBy(build, name) is not null;
        return unwanted ? TargetStanding.Over : TargetStanding.Waits;
    }

    private static bool IsFinished(ImageBuild build) => build.Status?.Conditions is { } conditions && (conditions.IsTrue(Types.Succeeded) || conditions.IsFalse(Types.Succeeded));
}
