using ImageOperator.Api.Common;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Engine.Tests;

public sealed class StopTests
{
    public static TheoryData<int> Points()
    {
        var scenario = new Scenario();
        var process = scenario.NextProcess();
        _ = scenario.Start(process);
        while (scenario.World.Store.Status?.Phase != TargetPhase.Succeeded) Assert.True(scenario.World.Time.AdvanceToNext());
        return [.. Enumerable.Range(0, process.Points.Count)];
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Cancel_AtEachPoint_LeavesNothing(int point)
    {
        var scenario = new Scenario();
        var process = scenario.NextProcess();
        process.AtPoint = (n, _) => { if (n == point) scenario.Stopping.Cancel(); };

        var outcome = await scenario.RunAsync(process);

        Assert.Contains(outcome.Status.Phase, new TargetPhase?[] { TargetPhase.Cancelled, TargetPhase.Succeeded });
        Assert.False(outcome.Interrupted);
        scenario.AssertClean(published: outcome.Succeeded ? 1 : 0);
        Assert.Null(outcome.Status.Failure);
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Interrupt_AtEachPoint_NextAttemptSucceedsWithTheSameImage(int point)
    {
        var scenario = new Scenario { StopReason = StopReason.Interrupted };
        var process = scenario.NextProcess();
        process.AtPoint = (n, _) => { if (n == point) scenario.Stopping.Cancel(); };

        var first = await scenario.RunAsync(process);

        var images = scenario.World.Made.Count(r => r.Key == FakePlatform.Image);
        if (first.Interrupted)
        {
            Assert.Equal(TargetPhase.Running, scenario.Status.Phase);
            Assert.Equal(images, scenario.World.Resources.Count(r => r.Key == FakePlatform.Image));
            var capturing = scenario.World.Find(FakePlatform.Image) is not null && scenario.Status.Stage < BuildStage.Captured;
            if (!capturing && scenario.Status.Stage != BuildStage.Provisioned) Assert.DoesNotContain(scenario.World.Resources, r => r.Key != FakePlatform.Image);
            var next = await Restarted(scenario);
            Assert.True(next.Succeeded);
        }

        scenario.AssertClean(published: 1);
        if (images > 0) Assert.Equal(images, scenario.World.Made.Count(r => r.Key == FakePlatform.Image));
    }

    [Fact]
    public async Task Stop_ReasonCannotBeLearned_KeepsTheImage()
    {
        var scenario = new Scenario();
        scenario.World.Commands["t1"] = run => { scenario.Stopping.Cancel(); return Task.FromCanceled<int>(run.CancellationToken); };
        scenario.ThrowOnReason = new IOException("the API server is away");

        var outcome = await scenario.RunAsync();

        Assert.True(outcome.Interrupted);
        Assert.NotNull(scenario.World.Find(FakePlatform.Image));
        Assert.NotNull(scenario.Status.Resources!.Single(e => e.Key == FakePlatform.Image));
    }

    [Fact]
    public async Task Stop_JournalAway_EndsInTimeWithJournalUnavailable()
    {
        var scenario = new Scenario();
        scenario.World.Commands["p1"] = run =>
        {
            scenario.World.Store.UnavailableUntil = scenario.World.Time.GetUtcNow().AddDays(1);
            scenario.Stopping.Cancel();
            return Task.FromCanceled<int>(run.CancellationToken);
        };
        var before = scenario.World.Time.GetUtcNow();

        await Assert.ThrowsAsync<JournalUnavailableException>(() => scenario.RunAsync());

        Assert.InRange(scenario.World.Time.GetUtcNow() - before, TimeSpan.Zero, TimeSpan.FromSeconds(90));
        Assert.Equal(TargetPhase.Running, scenario.Status.Phase);
    }

    [Fact]
    public async Task JournalAwayForAWhile_BuildWaitsAndSucceeds()
    {
        var scenario = new Scenario();
        scenario.World.Commands["p2"] = _ =>
        {
            scenario.World.Store.UnavailableUntil = scenario.World.Time.GetUtcNow().AddMinutes(20);
            return Task.FromResult(0);
        };

        var outcome = await scenario.RunAsync();

        Assert.Null(outcome.Status.Failure);
        Assert.True(outcome.Succeeded);
        scenario.AssertClean(published: 1);
    }

    [Fact]
    public async Task BuildTimeout_FailsWithTheStageAndCleansUp()
    {
        var scenario = new Scenario { Template = Specs.Template() with { Timeout = Duration.FromMinutes(30) } };
        scenario.World.Commands["p1"] = async run => { await Task.Delay(Timeout.InfiniteTimeSpan, scenario.World.Time, run.CancellationToken); return 0; };

        var outcome = await scenario.RunAsync();

        Assert.Equal(TargetPhase.Failed, outcome.Status.Phase);
        Assert.Equal(Reasons.Timeout, outcome.Status.Failure!.Reason);
        Assert.Equal(BuildStage.Provisioned, outcome.Status.Failure.Stage);
        Assert.Equal(TimeSpan.FromMinutes(30), outcome.Status.CompletionTime - outcome.Status.StartTime);
        scenario.AssertClean(published: 0);
    }

    [Fact]
    public async Task BuildTimeout_PassesWhileTheImageIsMade_TheBuildSaysSoAndGoesOn()
    {
        // Capturing takes 20 s.
        var scenario = new Scenario { Template = Specs.Template() with { Timeout = Duration.FromSeconds(10) } };

        var outcome = await scenario.RunAsync();

        Assert.True(outcome.Succeeded, outcome.Status.Failure?.Message);
        Assert.Contains(scenario.Log.Events, e => e is BuildEvent.Message { Level: MessageLevel.Warning } m && m.Text.Contains("has passed, but the image is in the making", StringComparison.Ordinal));
        scenario.AssertClean(published: 1);
    }

    [Fact]
    public async Task BuildTimeout_PassedWhenTheNextAttemptFindsTheImage_GoesOnWithIt()
    {
        var scenario = new Scenario { Template = Specs.Template() with { Timeout = Duration.FromMinutes(5) } };
        var first = scenario.NextProcess();
        first.AtPoint = (_, name) => { if (name == "platform.poll the capture") first.Kill(); };
        scenario.RunUntilKilled(first);
        scenario.World.Time.Advance(TimeSpan.FromHours(1));

        var outcome = await scenario.RunAsync();

        Assert.True(outcome.Succeeded, outcome.Status.Failure?.Message);
        Assert.Single(scenario.World.Made, r => r.Key == FakePlatform.Image);
        scenario.AssertClean(published: 1);
    }

    [Fact]
    public async Task BuildTimeout_PassedAndThereIsNoImageAfterAll_Fails()
    {
        var scenario = new Scenario { Template = Specs.Template() with { Timeout = Duration.FromMinutes(5) } };
        var first = scenario.NextProcess();
        first.AtPoint = (_, name) => { if (name == "platform.capture") first.Kill(); };
        scenario.RunUntilKilled(first);
        scenario.World.Time.Advance(TimeSpan.FromHours(1));

        var outcome = await scenario.RunAsync();

        Assert.Equal((TargetPhase.Failed, Reasons.Timeout), (outcome.Status.Phase, outcome.Status.Failure?.Reason));
        scenario.AssertClean(published: 0);
    }

    [Fact]
    public async Task BuildTimeout_OfYears_IsNotTooLongForATimer()
    {
        var years = new Duration(TimeSpan.FromDays(3600));
        var template = Specs.Template();
        var scenario = new Scenario { Template = template with { Timeout = years, Provisioners = [Specs.Step("p1") with { Timeout = years }] } };

        Assert.True((await scenario.RunAsync()).Succeeded);
    }

    [Fact]
    public async Task LibraryTimeout_NobodyAskedToStop_IsAFailure()
    {
        var scenario = new Scenario();
        scenario.World.Fault = call => { if (call == "create build/machine") throw new TaskCanceledException("HttpClient.Timeout elapsed"); };

        var outcome = await scenario.RunAsync();

        Assert.Equal(TargetPhase.Failed, outcome.Status.Phase);
        Assert.Equal(BuildStage.MachineCreated, outcome.Status.Failure!.Stage);
        scenario.AssertClean(published: 0);
    }

    [Fact]
    public async Task FinishedBuild_RunAgain_TouchesNothing()
    {
        var scenario = new Scenario();
        await scenario.RunAsync();
        var again = scenario.NextProcess();

        var outcome = await scenario.RunAsync(again);

        Assert.True(outcome.Succeeded);
        Assert.Equal(["journal.load", "journal.load!"], again.Points);
    }

    private static Task<Builds.BuildOutcome> Restarted(Scenario scenario)
    {
        scenario.Restart();
        return scenario.RunAsync();
    }
}
