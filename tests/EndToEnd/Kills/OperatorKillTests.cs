using ImageOperator.EndToEnd.Tests.Testbed;

namespace ImageOperator.EndToEnd.Tests.Kills;

/// <summary>The operator or the API server dies: the build does not care, and nothing is run twice.</summary>
[Collection(nameof(OperatorKillTests))]
[CollectionDefinition(nameof(OperatorKillTests), DisableParallelization = true)]
[Trait("Category", "Cluster")]
public sealed class OperatorKillTests(Cluster cluster)
{
    private const double Hold = 3;

    [Theory]
    [InlineData(Moment.PodCreated)]
    [InlineData(Moment.SourceResolved)]
    [InlineData(Moment.MachineCreated)]
    [InlineData(Moment.Provisioning)]
    [InlineData(Moment.Provisioned)]
    [InlineData(Moment.Testing)]
    [InlineData(Moment.Tested)]
    public Task Operator_Killed_BuildEndsWellInOneAttempt(string moment) =>
        DisturbedAsync("operator", moment, cluster.KillOperatorAsync, async () => await cluster.OperatorReadyAsync());

    [Theory]
    [InlineData(Moment.Provisioning)]
    [InlineData(Moment.Provisioned)]
    [InlineData(Moment.Testing)]
    public Task ApiServer_Restarted_BuildEndsWellInOneAttempt(string moment) =>
        DisturbedAsync("api", moment, () => cluster.DevClusterAsync("restart-apiserver", "4"), () => Task.CompletedTask);

    private Task DisturbedAsync(string what, string moment, Func<Task> disturb, Func<Task> recover)
    {
        cluster.RequireOurs();
        return Lab.RunAsync(cluster, $"{what}-{moment.ToLowerInvariant()}", async lab =>
        {
            await using var watch = await lab.BuildAsync(Recipes.Marked(Hold));
            await Moment.ReachedAsync(watch, moment);
            await disturb();
            await recover();

            var target = await Outcome.IsSuccessAsync(lab, watch);

            Assert.Equal(1, target.Attempt);
            Assert.Equal(1, await Outcome.MarksAsync(lab));
            Assert.All(target.Steps!, s => Assert.Equal(1, s.Tries));
        });
    }
}
