using ImageOperator.Api.Common;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Engine.Tests;

public sealed class StepTests
{
    [Fact]
    public async Task Retries_BackOffDoubles()
    {
        var scenario = With(Specs.Step("p1", "retry") with { Retries = new() { Limit = 3, Backoff = Duration.FromSeconds(10) } });
        var times = Times(scenario, "retry", succeedAt: 4);

        var outcome = await scenario.RunAsync();

        Assert.True(outcome.Succeeded);
        Assert.Equal([0, 10, 30, 70], times.Select(t => (t - times[0]).TotalSeconds));
        Assert.Equal(4, outcome.Status.Steps!.Single().Tries);
    }

    [Fact]
    public async Task Retries_BackOffIsAtMostFiveMinutes()
    {
        var scenario = With(Specs.Step("p1", "retry") with { Retries = new() { Limit = 3, Backoff = Duration.FromMinutes(2) } });
        var times = Times(scenario, "retry", succeedAt: 4);

        await scenario.RunAsync();

        Assert.Equal([0, 2, 6, 11], times.Select(t => (t - times[0]).TotalMinutes));
    }

    [Fact]
    public async Task Retries_UsedUp_FailureTellsStepExitCodeTriesAndOutput()
    {
        var scenario = With(Specs.Step("p1", "retry") with { Retries = new() { Limit = 1 } });
        scenario.World.Commands["retry"] = run => { run.Print(OutputStream.Stderr, "no such package"); return Task.FromResult(7); };

        var failure = (await scenario.RunAsync()).Status.Failure!;

        Assert.Equal((BuildStage.Provisioned, "p1", Reasons.ProvisionerFailed, 7), (failure.Stage, failure.Step, failure.Reason, failure.ExitCode!.Value));
        Assert.Contains("after 2 tries", failure.Message, StringComparison.Ordinal);
        Assert.Equal("no such package", failure.LogTail);
        Assert.NotNull(failure.Hint);
    }

    [Fact]
    public async Task Timeout_EndsTheStep()
    {
        var scenario = With(Specs.Step("p1", "hang") with { Timeout = Duration.FromMinutes(3) });
        scenario.World.Commands["hang"] = async run => { await Task.Delay(Timeout.InfiniteTimeSpan, scenario.World.Time, run.CancellationToken); return 0; };

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal(Reasons.StepTimeout, status.Failure!.Reason);
        Assert.Equal(Duration.FromMinutes(3), status.Steps!.Single().Duration);
        scenario.AssertClean(published: 0);
    }

    [Fact]
    public async Task PauseBefore_Waits()
    {
        var scenario = With(Specs.Step("p1"), Specs.Step("p2") with { PauseBefore = Duration.FromSeconds(90) });
        var times = new List<DateTimeOffset>();
        foreach (var name in new[] { "p1", "p2" })
        {
            scenario.World.Commands[name] = _ => { times.Add(scenario.World.Time.GetUtcNow()); return Task.FromResult(0); };
        }

        await scenario.RunAsync();

        Assert.Equal(TimeSpan.FromSeconds(90), times[1] - times[0]);
    }

    [Fact]
    public async Task OnlyAndExceptTargets_SkipSteps()
    {
        var scenario = With(
            Specs.Step("p1") with { OnlyTargets = ["other"] }, Specs.Step("p2") with { ExceptTargets = ["t"] }, Specs.Step("p3") with { OnlyTargets = ["t"] });

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal([StepState.Skipped, StepState.Skipped, StepState.Succeeded], status.Steps!.Select(s => s.State));
        Assert.Equal(["p3", "poweroff"], scenario.World.Made.Single(r => r.Key == "build/machine").Commands);
    }

    [Fact]
    public async Task ContinueOnError_GoesOn()
    {
        var scenario = With(Specs.Step("p1") with { ContinueOnError = true }, Specs.Step("p2"));
        scenario.World.Commands["p1"] = _ => Task.FromResult(1);

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal(TargetPhase.Succeeded, status.Phase);
        Assert.Equal([StepState.Failed, StepState.Succeeded], status.Steps!.Select(s => s.State));
    }

    [Fact]
    public async Task OnFailure_RunsAndNeverHidesTheFirstFailure()
    {
        var scenario = new Scenario { Template = Specs.Template() with { OnFailure = [Specs.Step("f1"), Specs.Step("f2"), Specs.Step("f3")] } };
        scenario.World.Commands["p1"] = _ => Task.FromResult(3);
        scenario.World.Commands["f1"] = _ => Task.FromResult(4);
        scenario.World.Commands["f2"] = _ => throw new InvalidOperationException("defect");

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal(("p1", 3), (status.Failure!.Step, status.Failure.ExitCode!.Value));
        Assert.Equal(["p1", "f1", "f2"], scenario.World.Made.Single(r => r.Key == "build/machine").Commands);
        Assert.Equal([StepState.Failed, StepState.Failed, StepState.Failed], status.Steps!.Select(s => s.State));
        scenario.AssertClean(published: 0);
    }

    [Fact]
    public async Task StepBreaksByADefect_FailureStillNamesTheStep()
    {
        var scenario = With(Specs.Step("p1"));
        scenario.World.Commands["p1"] = _ => throw new InvalidOperationException("defect");

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal(("p1", Reasons.InternalError), (status.Failure!.Step, status.Failure.Reason));
        Assert.Equal(StepState.Failed, status.Steps!.Single().State);
    }

    [Fact]
    public async Task Tests_AllRun_FirstFailureEndsTheBuildAndTheImageGoes()
    {
        var scenario = new Scenario { Template = Specs.Template() with { Tests = [Specs.Test("t1"), Specs.Test("t2"), Specs.Test("t3")] } };
        scenario.World.Commands["t1"] = _ => Task.FromResult(1);
        scenario.World.Commands["t2"] = _ => Task.FromResult(2);

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal((TargetPhase.Failed, Reasons.TestFailed, "t1"), (status.Phase!.Value, status.Failure!.Reason, status.Failure.Step));
        Assert.Equal([TestState.Failed, TestState.Failed, TestState.Passed], status.Tests!.Select(t => t.State));
        Assert.Null(status.Artifacts);
        scenario.AssertClean(published: 0);
    }

    private static Scenario With(params Provisioner[] steps) => new() { Template = Specs.Template() with { Provisioners = steps, Tests = [Specs.Test("t1")] } };

    private static List<DateTimeOffset> Times(Scenario scenario, string command, int succeedAt)
    {
        var times = new List<DateTimeOffset>();
        scenario.World.Commands[command] = _ =>
        {
            times.Add(scenario.World.Time.GetUtcNow());
            return Task.FromResult(times.Count >= succeedAt ? 0 : 1);
        };
        return times;
    }
}
