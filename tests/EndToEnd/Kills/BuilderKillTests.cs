using ImageOperator.EndToEnd.Tests.Testbed;
using ImageOperator.Runtime.Client;
using k8s.Models;

namespace ImageOperator.EndToEnd.Tests.Kills;

/// <summary>The builder dies without a goodbye: a later attempt finishes the build.</summary>
[Trait("Category", "Cluster")]
public sealed class BuilderKillTests(Cluster cluster)
{
    private const double Hold = 3;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Moment.Running)]
    [InlineData(Moment.SourceResolved)]
    [InlineData(Moment.MachineCreated)]
    [InlineData(Moment.Provisioning)]
    [InlineData(Moment.Provisioned)]
    [InlineData(Moment.Captured)]
    [InlineData(Moment.Testing)]
    [InlineData(Moment.Tested)]
    public Task Process_Killed_NextAttemptFinishes(string moment) => KilledAsync("kill", moment, async lab =>
    {
        if (Processes.Builder(lab.Namespace, "image") is not { } builder) return false;
        await Processes.KillAsync(builder);
        return true;
    });

    [Theory]
    [InlineData(Moment.PodCreated)]
    [InlineData(Moment.Provisioning)]
    [InlineData(Moment.Testing)]
    public Task Pod_DeletedByForce_NextAttemptFinishes(string moment) => KilledAsync("force", moment, lab =>
        lab.Client.DeleteIfExistsAsync<V1Pod>(lab.Key("image-lab-1"), new() { GracePeriod = TimeSpan.Zero }, Stop));

    private Task KilledAsync(string how, string moment, Func<Lab, Task<bool>> kill)
    {
        cluster.RequireOurs();
        return Lab.RunAsync(cluster, $"{how}-{moment.ToLowerInvariant()}", async lab =>
        {
            await using var watch = await lab.BuildAsync(Recipes.Marked(Hold));
            await Moment.ReachedAsync(watch, moment);
            // Publishing takes milliseconds: there the builder may have come to its end before.
            Assert.True(await kill(lab) || moment == Moment.Tested, "the moment was missed");

            var target = await Outcome.IsSuccessAsync(lab, watch);

            if (moment != Moment.Tested) Assert.Equal(2, target.Attempt);
            if (target.Attempt == 2 && Moment.KeepsImage(moment)) Assert.DoesNotContain(Recipes.MarkPrinted, await lab.LogAsync("image-lab-2"), StringComparison.Ordinal);
            TestContext.Current.TestOutputHelper?.WriteLine($"{moment}: attempt {target.Attempt}");
        });
    }
}
