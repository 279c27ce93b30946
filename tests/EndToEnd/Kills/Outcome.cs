using ImageOperator.Api.ImageBuilds;
using ImageOperator.EndToEnd.Tests.Status;
using ImageOperator.EndToEnd.Tests.Testbed;
using ImageOperator.Runtime.Conditions;

namespace ImageOperator.EndToEnd.Tests.Kills;

/// <summary>What must hold of a build of <see cref="Recipes.Marked"/>, whatever was killed.</summary>
internal static class Outcome
{
    /// <summary>It succeeded, its image was marked once (its own tests look), and nothing but the image is left.</summary>
    public static async Task<TargetStatus> IsSuccessAsync(Lab lab, BuildWatch watch)
    {
        var done = await watch.EndAsync();
        StatusContract.Holds(watch, KStatusCode.Current);
        var target = Assert.Single(done.Status!.Targets!);
        Assert.All(target.Tests!, t => Assert.Equal(TestState.Passed, t.State));
        await Images.CheckAsync(lab, Assert.Single(done.Status.Artifacts!));
        await Leftovers.OfEndedAsync(lab, done);
        Assert.Equal(["built/image-lab.qcow2", "built/image-lab.qcow2.sha256"], lab.Files());
        return target;
    }

    /// <summary>How often the step was run, over all pods that are still there.</summary>
    public static async Task<int> MarksAsync(Lab lab) =>
        (await lab.LogsAsync()).Values.Sum(l => l.Split('\n').Count(line => line.Contains(Recipes.MarkPrinted, StringComparison.Ordinal) && line.Contains("\"output\"", StringComparison.Ordinal)));
}
