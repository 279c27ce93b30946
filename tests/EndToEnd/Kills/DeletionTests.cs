using ImageOperator.Api.ImageBuilds;
using ImageOperator.EndToEnd.Tests.Testbed;

namespace ImageOperator.EndToEnd.Tests.Kills;

/// <summary>A build that is deleted goes away, with everything that it made, but for the image that it had published.</summary>
[Trait("Category", "Cluster")]
public sealed class DeletionTests(Cluster cluster)
{
    private const double Hold = 4;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Moment.PodCreated)]
    [InlineData(Moment.Running)]
    [InlineData(Moment.SourceResolved)]
    [InlineData(Moment.MachineCreated)]
    [InlineData(Moment.Provisioning)]
    [InlineData(Moment.Provisioned)]
    [InlineData(Moment.Captured)]
    [InlineData(Moment.Testing)]
    [InlineData(Moment.Tested)]
    public Task Build_Deleted_NothingIsLeft(string moment) => Lab.RunAsync(cluster, $"delete-{moment.ToLowerInvariant()}", async lab =>
    {
        await using var watch = await lab.BuildAsync(Recipes.Marked(Hold));
        await Moment.ReachedAsync(watch, moment);

        await lab.Client.DeleteAsync<ImageBuild>(lab.Key("image"), null, Stop);

        await watch.GoneAsync(TimeSpan.FromSeconds(90));
        await Leftovers.OfNamespaceAsync(lab);
        // A published image is a result; one that was not published is nobody's.
        Assert.Equal(WasPublished(watch) ? ["built/image-lab.qcow2", "built/image-lab.qcow2.sha256"] : Array.Empty<string>(), lab.Files());
    });

    [Fact]
    public Task BuilderKilled_ThenDeleted_SweeperRemovesWhatIsLeft() => Lab.RunAsync(cluster, "swept", async lab =>
    {
        cluster.RequireOurs();
        await using var watch = await lab.BuildAsync(Recipes.Marked(Hold));
        await Moment.ReachedAsync(watch, Moment.Testing);
        // The staged image is there, and the only one who knows of it by heart dies.
        var builder = Assert.NotNull(Processes.Builder(lab.Namespace, "image"));
        Assert.Contains(lab.Files(), f => f.Contains(".imageoperator/", StringComparison.Ordinal));
        await lab.Client.DeleteAsync<ImageBuild>(lab.Key("image"), null, Stop);
        await Processes.KillAsync(builder);

        await watch.GoneAsync(TimeSpan.FromSeconds(90));

        await Leftovers.OfNamespaceAsync(lab);
        Assert.Empty(lab.Files());
    });

    [Fact]
    public Task Build_Cancelled_EndsFailedWithNothingLeft() => Lab.RunAsync(cluster, "cancel", async lab =>
    {
        await using var watch = await lab.BuildAsync(Recipes.Marked(Hold));
        await Moment.ReachedAsync(watch, Moment.Provisioning);
        await lab.Client.MergePatchAsync<ImageBuild>(lab.Key("image"), new() { ["spec"] = new System.Text.Json.Nodes.JsonObject { ["cancel"] = true } }, null, Stop);

        var done = await watch.EndAsync(TimeSpan.FromSeconds(60));

        Assert.Equal("Cancelled", Status.StatusContract.Ready(done).Reason);
        Assert.Equal(Runtime.Conditions.KStatusCode.Failed, Runtime.Conditions.KStatusCalculator.Compute(done).Code);
        await Leftovers.OfEndedAsync(lab, done);
        Assert.Empty(lab.Files());
    });

    private static bool WasPublished(BuildWatch watch) => watch.Seen.Any(b => b.Status?.Targets?.Any(t => t.Phase == TargetPhase.Succeeded) == true);
}
