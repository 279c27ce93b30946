using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Engine.Tests;

public sealed class FencingTests
{
    [Theory]
    [MemberData(nameof(StopTests.Points), MemberType = typeof(StopTests))]
    public async Task NewerAttempt_AtEachPoint_TheOlderHasNoEffectAnyMore(int point)
    {
        var scenario = new Scenario();
        var old = scenario.NextProcess();
        var world = scenario.World;
        var fenced = false;
        old.AtPoint = (n, name) =>
        {
            if (n == point) (world.Store.Attempt, fenced) = (2, true);
        };

        var work = scenario.Start(old);
        var error = await Record.ExceptionAsync(() => scenario.FinishAsync(work));

        Assert.True(fenced);
        if (error is null)
        {
            Assert.Equal(TargetPhase.Succeeded, world.Store.Status!.Phase);
            return;
        }

        Assert.IsType<FencedException>(error);

        // What was under way at the point may end; after the next journal write, which is refused, there is nothing.
        var refused = old.Points.FindIndex(point + (old.Points[point].EndsWith('!') ? 1 : 0), p => p == "journal.save");
        Assert.DoesNotContain(old.Points.Skip(refused + 1), p => p.StartsWith("platform.", StringComparison.Ordinal));
        Assert.Empty(world.Violations);

        var next = await scenario.RunAsync(new Process(2));
        Assert.True(next.Succeeded);
        scenario.AssertClean(published: 1);
    }

    [Fact]
    public async Task NewerAttempt_RunsWhileTheOlderProvisions_TheOlderStopsByItself()
    {
        var scenario = new Scenario();
        var world = scenario.World;
        var old = scenario.NextProcess();
        var first = true;
        world.Commands["p1"] = async run =>
        {
            if (!first) return 0;
            first = false;
            await Task.Delay(TimeSpan.FromMinutes(10), world.Time, run.CancellationToken);
            return 0;
        };
        var older = scenario.Start(old);
        while (first) world.Time.AdvanceToNext();
        var points = old.Points.Count;

        var outcome = await scenario.RunAsync();

        await Assert.ThrowsAsync<FencedException>(() => scenario.FinishAsync(older));
        Assert.True(outcome.Succeeded);
        Assert.DoesNotContain(old.Points.Skip(points), p => p.StartsWith("platform.", StringComparison.Ordinal));
        scenario.AssertClean(published: 1);
    }
}
