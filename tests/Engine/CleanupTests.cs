using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Engine.Tests;

public sealed class CleanupTests
{
    [Fact]
    public async Task Removal_FailsTwice_IsTriedAgain()
    {
        var scenario = new Scenario();
        var failed = 0;
        scenario.World.Fault = call => { if (call == "remove build/disk" && failed++ < 2) throw new IOException("busy"); };

        Assert.True((await scenario.RunAsync()).Succeeded);
        scenario.AssertClean(published: 1);
    }

    [Fact]
    public async Task Removal_FailsForEver_IsListedAndThePrimaryFailureStands()
    {
        var scenario = new Scenario();
        scenario.World.Fault = call => { if (call == "remove build/disk") throw new IOException("busy"); };
        scenario.World.Commands["p1"] = _ => Task.FromResult(3);

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal((TargetPhase.Failed, Reasons.ProvisionerFailed), (status.Phase!.Value, status.Failure!.Reason));
        Assert.Contains("busy", Assert.Single(status.CleanupErrors!), StringComparison.Ordinal);
        Assert.Equal("build/disk", Assert.Single(status.Resources!).Key);

        scenario.World.Fault = _ => { };
        Assert.Empty(await scenario.SweepAsync());
        scenario.AssertClean(published: 0);
        Assert.Equal(Reasons.ProvisionerFailed, scenario.Status.Failure!.Reason);
    }

    [Fact]
    public async Task Removal_FailsForEver_ASuccessStaysOne()
    {
        var scenario = new Scenario();
        scenario.World.Fault = call => { if (call == "remove test/disk") throw new IOException("busy"); };

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal((TargetPhase.Succeeded, BuildStage.Distributed), (status.Phase!.Value, status.Stage!.Value));
        Assert.Single(status.CleanupErrors!);
        scenario.World.Fault = _ => { };
        Assert.Empty(await scenario.SweepAsync());
        scenario.AssertClean(published: 1);
        Assert.Equal(TargetPhase.Succeeded, scenario.Status.Phase);
    }

    [Fact]
    public async Task Resume_OldMachineCannotBeRemoved_ItIsNotProvisionedAgain()
    {
        var scenario = new Scenario();
        scenario.World.Commands["p2"] = run => throw new InvalidOperationException("unreachable");
        var killed = scenario.NextProcess();
        killed.AtPoint = (_, name) => { if (name == "execute p2") killed.Kill(); };
        scenario.RunUntilKilled(killed);
        scenario.World.Fault = call => { if (call == "remove build/machine") throw new IOException("busy"); };

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal((TargetPhase.Failed, Reasons.MachineFailed), (status.Phase!.Value, status.Failure!.Reason));
        Assert.Empty(scenario.World.Violations);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClosingHandlesFails_NothingIsHidden(bool fails)
    {
        var scenario = new Scenario { MachineOnDispose = new IOException("socket"), SessionOnDispose = new IOException("socket") };
        if (fails) scenario.World.Commands["p1"] = _ => Task.FromResult(3);

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal(fails ? TargetPhase.Failed : TargetPhase.Succeeded, status.Phase);
        Assert.Equal(fails ? Reasons.ProvisionerFailed : null, status.Failure?.Reason);
        scenario.AssertClean(published: fails ? 0 : 1);
    }

    [Fact]
    public async Task CleanupNeverEnds_IsBounded()
    {
        var scenario = new Scenario();
        scenario.World.Commands["p1"] = _ =>
        {
            scenario.World.Store.UnavailableUntil = scenario.World.Time.GetUtcNow().AddMinutes(30);
            return Task.FromResult(3);
        };

        var status = (await scenario.RunAsync()).Status;

        // The journal came back: the result is written, the sweeper has the rest.
        Assert.Equal(Reasons.ProvisionerFailed, status.Failure!.Reason);
        Assert.Equal(2, status.CleanupErrors!.Count);
        Assert.InRange(status.CompletionTime!.Value - status.StartTime!.Value, TimeSpan.Zero, BuildRunner.CleanupBudget + TimeSpan.FromMinutes(31));
        Assert.Empty(scenario.World.Violations);
    }

    [Fact]
    public async Task Sweep_StraysCannotBeListed_IsToldAndTheLedgerIsStillSwept()
    {
        var scenario = new Scenario();
        var killed = scenario.NextProcess();
        killed.AtPoint = (_, name) => { if (name == "execute p1") killed.Kill(); };
        scenario.RunUntilKilled(killed);
        scenario.World.Fault = call => { if (call == "find strays") throw new IOException("throttled"); };

        var left = await scenario.SweepAsync();

        Assert.Contains("throttled", Assert.Single(left), StringComparison.Ordinal);
        Assert.Empty(scenario.World.Resources);
        Assert.NotNull(scenario.Status.CleanupErrors);
    }
}
