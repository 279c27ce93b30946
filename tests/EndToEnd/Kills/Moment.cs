using ImageOperator.Api.ImageBuilds;
using ImageOperator.EndToEnd.Tests.Testbed;

namespace ImageOperator.EndToEnd.Tests.Kills;

/// <summary>The moments of a build of <see cref="Recipes.Marked"/> at which something is killed.</summary>
internal static class Moment
{
    /// <summary>The pod is known, but no builder has said a word.</summary>
    public const string PodCreated = "PodCreated";

    /// <summary>The builder works towards the source image.</summary>
    public const string Running = "Running";

    /// <summary>The machine is being created.</summary>
    public const string SourceResolved = "SourceResolved";

    /// <summary>The machine boots.</summary>
    public const string MachineCreated = "MachineCreated";

    /// <summary>A provisioner runs.</summary>
    public const string Provisioning = "Provisioning";

    /// <summary>The machine is powered off and captured.</summary>
    public const string Provisioned = "Provisioned";

    /// <summary>The test machine boots.</summary>
    public const string Captured = "Captured";

    /// <summary>A test runs.</summary>
    public const string Testing = "Testing";

    /// <summary>The image is being published, or is.</summary>
    public const string Tested = "Tested";

    /// <summary>The image is kept from here on.</summary>
    public static bool KeepsImage(string moment) => moment is Captured or Testing or Tested;

    public static Task<ImageBuild> ReachedAsync(BuildWatch watch, string moment) =>
        watch.WaitAsync(b => b.Status?.Targets is [var target] && IsReached(target, moment), moment);

    private static bool IsReached(TargetStatus target, string moment) => moment switch
    {
        PodCreated => target.PodName is not null,
        Running => target.Phase is not null,
        Provisioning => target.Progress?.Step == "hold" || target.Stage >= BuildStage.Provisioned,
        Testing => target.Progress?.Step == "hold-test" || target.Stage >= BuildStage.Tested,
        _ => target.Stage >= Enum.Parse<BuildStage>(moment),
    };
}
