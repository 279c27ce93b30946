using ImageOperator.Api.Common;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Provisioners;
using ImageOperator.EndToEnd.Tests.Testbed;

namespace ImageOperator.EndToEnd.Tests.Steps;

/// <summary>Builds that are held in their pods until someone says how to go on.</summary>
[Trait("Category", "Cluster")]
public sealed class BreakpointTests(Cluster cluster)
{
    [Fact]
    public Task Held_GoesOnWhenResumed_AndEndsWhenStopped() => Lab.RunAsync(cluster, "breakpoint", async lab =>
    {
        await using var watch = await lab.BuildAsync(Recipes.Of(
            [Hold("first", "look at /etc/motd"), Hold("second", null), Recipes.Shell("never", "exit 9")]));

        var held = await HeldAsync(watch, "first");
        Assert.EndsWith(": look at /etc/motd", held.Progress!.Message, StringComparison.Ordinal);
        Assert.NotNull(held.Machine);
        Assert.Equal("image: target lab goes on at first", await ResumeAsync(lab));

        await HeldAsync(watch, "second");
        Assert.Equal("image: target lab is stopped at second", await ResumeAsync(lab, "--stop"));
        var done = await watch.EndAsync();

        var failure = Assert.Single(done.Status!.Targets!).Failure!;
        Assert.Equal(("second", "step second failed: someone stopped the build at this breakpoint"), (failure.Step, failure.Message));
        Assert.Equal(["first"], done.Status.Targets![0].Steps!.Where(s => s.State == StepState.Succeeded).Select(s => s.Name));
        Assert.Contains($"to go on: imagectl resume image -n {lab.Namespace}, or kubectl annotate", string.Concat((await lab.LogsAsync()).Values), StringComparison.Ordinal);
    });

    private static Provisioner Hold(string name, string? message) => new() { Name = name, Breakpoint = new() { Message = message, HoldFor = Duration.FromMinutes(4) } };

    private static async Task<TargetStatus> HeldAsync(BuildWatch watch, string step)
    {
        var build = await watch.WaitAsync(b => Find(b, step) is not null, $"being held at {step}");
        return Find(build, step)!;
    }

    private static TargetStatus? Find(ImageBuild build, string step) => build.Status?.Targets?.FirstOrDefault(t => Api.Protocol.ResumeOrders.HeldAt(t) == step);

    private static async Task<string> ResumeAsync(Lab lab, params string[] more) => (await Program.RunAsync(
        Path.Combine(Program.Root, "artifacts/bin/Cli/debug/imagectl"), ["resume", "image", "-n", lab.Namespace, "--kubeconfig", lab.Cluster.Kubeconfig, .. more])).TrimEnd();
}
