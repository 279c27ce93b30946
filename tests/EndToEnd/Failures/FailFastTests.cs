using ImageOperator.Api.ImageBuilds;
using ImageOperator.EndToEnd.Tests.Status;
using ImageOperator.EndToEnd.Tests.Testbed;
using ImageOperator.Runtime.Conditions;

namespace ImageOperator.EndToEnd.Tests.Failures;

/// <summary>One target fails, the other would run for long: it is cancelled, cleans up by itself, and says why.</summary>
[Collection(nameof(FailFastTests))]
[CollectionDefinition(nameof(FailFastTests), DisableParallelization = true)]
[Trait("Category", "Cluster")]
public sealed class FailFastTests(Cluster cluster)
{
    private const string Endless = "slow";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task OneTargetFails_TheOtherIsCancelledAndLeavesNothing(bool operatorKilled) => Lab.RunAsync(cluster, $"failfast-{operatorKilled}".ToLowerInvariant(), async lab =>
    {
        if (operatorKilled) cluster.RequireOurs();
        var template = Recipes.Of(
        [
            Recipes.Shell("breaks", "sleep 8", "exit 3") with { OnlyTargets = ["lab"] },
            Recipes.Shell("endless", "sleep 600") with { OnlyTargets = [Endless] },
        ]);
        template = template with { Targets = [template.Targets[0], template.Targets[0] with { Name = Endless }] };
        await using var watch = await lab.BuildAsync(new ImageBuildSpec { Template = template, FailurePolicy = new() { OtherTargets = OtherTargets.Cancel } });
        if (operatorKilled)
        {
            // The failure stands in status; who was to act upon it dies.
            await watch.WaitAsync(b => b.Status?.Targets?.Any(t => t is { Name: "lab", Failure: not null }) == true, "the failure");
            await cluster.KillOperatorAsync();
            await cluster.OperatorReadyAsync();
        }

        var done = await watch.EndAsync();

        StatusContract.Holds(watch, KStatusCode.Failed);
        Assert.Equal("ProvisionerFailed", StatusContract.Ready(done).Reason);
        Assert.Equal("Failed", done.Status!.Stage);
        var slow = done.Status.Targets!.Single(t => t.Name == Endless);
        Assert.Equal((TargetPhase.Cancelled, 1), (slow.Phase, slow.Attempt));
        Assert.Equal("OtherTargetFailed", slow.Failure!.Reason);
        Assert.Contains("target lab failed", slow.Failure.Message, StringComparison.Ordinal);
        await Leftovers.OfEndedAsync(lab, done);
        Assert.Empty(lab.Files());
    });
}
