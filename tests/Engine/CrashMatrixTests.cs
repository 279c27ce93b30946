using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Engine.Tests;

/// <summary>Kills the builder before and after each of its calls to the outside. The points are counted, not listed.</summary>
public sealed class CrashMatrixTests
{
    public static TheoryData<string, int> Points()
    {
        var data = new TheoryData<string, int>();
        foreach (var kind in Kinds)
        {
            foreach (var point in Enumerable.Range(0, CountPoints(kind))) data.Add(kind, point);
        }

        return data;
    }

    private static readonly string[] Kinds = ["succeeds", "step fails", "test fails", "no tests"];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Kill_ThenNextAttempt_EndsAsIfNothingHadHappened(string kind, int point)
    {
        var scenario = Create(kind);
        var first = scenario.NextProcess(point);
        scenario.RunUntilKilled(first);
        await AssertNextAttemptEndsWell(scenario, kind, first);
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Kill_ThenKillAgain_ThenNextAttempt_EndsWell(string kind, int point)
    {
        // Each point is followed by a kill a third of the second attempt's way further on.
        var scenario = Create(kind);
        var first = scenario.NextProcess(point);
        scenario.RunUntilKilled(first);
        var second = scenario.NextProcess(3 + (point % 7));
        var running = scenario.Start(second);
        await scenario.FinishOrDieAsync(running, second);
        await AssertNextAttemptEndsWell(scenario, kind, second);
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Kill_AfterCleanUpOfAFailureBegan_TheBuildIsNotTriedOnceMore(string kind, int point)
    {
        if (kind is not ("step fails" or "test fails")) return;
        var scenario = Create(kind);
        var command = kind == "step fails" ? "p2" : "t1";
        var runs = 0;
        scenario.World.Commands[command] = _ => Task.FromResult(runs++ == 0 ? 3 : 0);
        var first = scenario.NextProcess(point);
        scenario.RunUntilKilled(first);
        var failed = first.Points.IndexOf($"execute {command}!");
        var removing = failed >= 0 && first.Points.Skip(failed).Any(p => p.StartsWith("platform.remove", StringComparison.Ordinal));

        var outcome = await scenario.RunAsync();

        if (removing) Assert.Equal(TargetPhase.Failed, outcome.Status.Phase);
        scenario.AssertClean(published: outcome.Succeeded ? 1 : 0);
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Kill_ThenSweep_LeavesTheWorldAsItWas(string kind, int point)
    {
        var scenario = Create(kind);
        scenario.RunUntilKilled(scenario.NextProcess(point));
        var succeeded = scenario.World.Store.Status?.Phase == TargetPhase.Succeeded;

        Assert.Empty(await scenario.SweepAsync());

        scenario.AssertClean(published: succeeded ? 1 : 0);
        Assert.Equal(succeeded, scenario.Status.Phase == TargetPhase.Succeeded);
        Assert.Contains(scenario.Status.Phase, new TargetPhase?[] { TargetPhase.Succeeded, TargetPhase.Failed, TargetPhase.Cancelled });
        Assert.NotNull(scenario.Status.CompletionTime);
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task KilledSweep_ThenSweep_LeavesTheWorldAsItWas(string kind, int point)
    {
        var scenario = Create(kind);
        scenario.RunUntilKilled(scenario.NextProcess(point));
        var succeeded = scenario.World.Store.Status?.Phase == TargetPhase.Succeeded;
        var killed = scenario.NextProcess(2 + (point % 9));
        var sweeping = scenario.StartSweep(killed);
        await scenario.FinishOrDieAsync(sweeping, killed);

        Assert.Empty(await scenario.SweepAsync());

        scenario.AssertClean(published: succeeded ? 1 : 0);
    }

    private static async Task AssertNextAttemptEndsWell(Scenario scenario, string kind, Process killed)
    {
        var status = scenario.World.Store.Status;
        var captureConfirmed = status?.Resources?.Any(e => e is { Key: FakePlatform.Image, State: LedgerState.Created }) == true;
        var buildMachines = BuildMachines(scenario);
        var failure = status?.Failure;

        var outcome = await scenario.RunAsync();

        var succeeds = kind is "succeeds" or "no tests";
        Assert.Equal(succeeds ? TargetPhase.Succeeded : TargetPhase.Failed, outcome.Status.Phase);
        Assert.Equal(outcome.Status.Phase, scenario.Status.Phase);
        scenario.AssertClean(published: succeeds ? 1 : 0);
        Assert.Equal(succeeds ? 1 : 0, scenario.Status.Artifacts?.Count ?? 0);
        if (succeeds) Assert.Equal(BuildStage.CleanedUp, scenario.Status.Stage);
        else Assert.Equal(kind == "step fails" ? BuildStage.Provisioned : BuildStage.Tested, scenario.Status.Failure!.Stage);
        if (captureConfirmed) Assert.Equal(buildMachines, BuildMachines(scenario));
        if (failure is not null) Assert.Equal(buildMachines, BuildMachines(scenario));
        Assert.True(killed.Dead || scenario.World.Store.Attempt > 1);
    }

    private static int BuildMachines(Scenario scenario) => scenario.World.Made.Count(r => r.Key == "build/machine");

    private static Scenario Create(string kind)
    {
        var template = Specs.Template();
        var scenario = new Scenario { Template = kind == "no tests" ? template with { Tests = [], Provisioners = [Specs.Step("p1")] } : template };
        scenario.World.Tested = kind != "no tests";
        if (kind == "step fails") scenario.World.Commands["p2"] = _ => Task.FromResult(3);
        if (kind == "test fails") scenario.World.Commands["t1"] = _ => Task.FromResult(4);
        return scenario;
    }

    private static int CountPoints(string kind)
    {
        var scenario = Create(kind);
        var process = scenario.NextProcess();
        // A build that ends waits for no timer: the last hop is the thread pool's.
        var running = scenario.Start(process);
        while (!running.IsCompleted && scenario.World.Time.AdvanceToNext())
        {
        }

        Assert.True(((IAsyncResult)running).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(10)));
        return process.Points.Count;
    }
}
