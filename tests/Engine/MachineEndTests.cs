using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Engine.Tests;

public sealed class MachineEndTests
{
    [Theory]
    [InlineData("p1", BuildStage.Provisioned)]
    [InlineData("t1", BuildStage.Tested)]
    public async Task MachineEnds_DuringAStep_IsMachineFailedWithCauseAndConsole(string command, BuildStage stage)
    {
        var scenario = new Scenario();
        scenario.World.Console = "kernel panic";
        scenario.World.Commands[command] = async run =>
        {
            run.Machine.Ended.TrySetResult("killed by signal 9");
            await Task.Delay(Timeout.InfiniteTimeSpan, scenario.World.Time, run.CancellationToken);
            return 0;
        };

        AssertMachineFailed(await scenario.RunAsync(), stage, command);
        scenario.AssertClean(published: 0);
    }

    [Fact]
    public async Task MachineEnds_SessionBreaksFirst_TheMachineIsTheCause()
    {
        var scenario = new Scenario();
        scenario.World.Console = "kernel panic";
        scenario.World.Commands["p1"] = async run =>
        {
            scenario.World.Time.CreateTimer(_ => run.Machine.Ended.TrySetResult("killed by signal 9"), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
            await Task.Yield();
            throw new ConnectionException(ConnectionLayer.Session, "the session broke");
        };

        AssertMachineFailed(await scenario.RunAsync(), BuildStage.Provisioned, "p1");
    }

    [Fact]
    public async Task SessionBreaks_MachineRunsOn_IsConnectionFailed()
    {
        var scenario = new Scenario();
        scenario.World.Commands["p1"] = _ => throw new ConnectionException(ConnectionLayer.Session, "the session broke");

        var failure = (await scenario.RunAsync()).Status.Failure!;

        Assert.Equal((Reasons.ConnectionFailed, "p1"), (failure.Reason, failure.Step));
    }

    [Theory]
    [InlineData("build/machine", BuildStage.Connected)]
    [InlineData("test/machine", BuildStage.Tested)]
    public async Task MachineEnds_WhileConnecting_IsMachineFailed(string key, BuildStage stage)
    {
        Scenario scenario = null!;
        scenario = new Scenario
        {
            OnConnect = async (machine, token) =>
            {
                if (machine.Key != key) return;
                machine.Ended.TrySetResult("killed by signal 9");
                await Task.Delay(Timeout.InfiniteTimeSpan, scenario.World.Time, token);
            },
        };
        scenario.World.Console = "kernel panic";

        AssertMachineFailed(await scenario.RunAsync(), stage, null);
        scenario.AssertClean(published: 0);
    }

    [Fact]
    public async Task MachineEnds_ConsoleCannotBeRead_FailureStands()
    {
        var scenario = new Scenario();
        scenario.World.Fault = call => { if (call == "console") throw new IOException("gone"); };
        scenario.World.Commands["p1"] = _ => Task.FromResult(3);

        var failure = (await scenario.RunAsync()).Status.Failure!;

        Assert.Equal((Reasons.ProvisionerFailed, 3), (failure.Reason, failure.ExitCode!.Value));
        Assert.Null(failure.ConsoleTail);
    }

    private static void AssertMachineFailed(Builds.BuildOutcome outcome, BuildStage stage, string? step)
    {
        var failure = outcome.Status.Failure!;
        Assert.Equal((Reasons.MachineFailed, stage, step), (failure.Reason, failure.Stage, failure.Step));
        Assert.Contains("killed by signal 9", failure.Message, StringComparison.Ordinal);
        Assert.Equal("kernel panic", failure.ConsoleTail);
    }
}
