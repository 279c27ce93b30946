using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>Each action that a build calls goes wrong in each way. The actions are recorded from a build.</summary>
[Trait("Category", "Cloud")]
public sealed class AwsFaultTests(Moto moto, ITestOutputHelper output)
{
    [Fact]
    public Task EachAction_IsThrottledOrUnavailableForAWhile_TheBuildIsRight() => InjectAsync(
        [FaultKind.Throttle, FaultKind.ServerError], times: 2, at => at.AssertRightAsync);

    [Fact]
    public Task EachAction_LosesItsConnectionOrAnswer_TheBuildIsRight() => InjectAsync(
        [FaultKind.NoConnection, FaultKind.LostAnswer], times: 1, at => at.AssertRightAsync);

    [Fact]
    public Task EachAction_IsDenied_TheBuildFailsAndTheSweeperRestoresTheAccount() => InjectAsync(
        [FaultKind.Denied], times: int.MaxValue / 2, at => async outcome =>
        {
            if (outcome!.Succeeded) return;
            Assert.Equal(Reasons.Unauthorized, outcome.Status.Failure!.Reason);
            Assert.Contains("must allow", outcome.Status.Failure.Hint, StringComparison.Ordinal);
        });

    [Fact]
    public Task EachAction_FindsTheCredentialsExpired_TheFailureSaysSoAndTheSweeperRestoresTheAccount() => InjectAsync(
        [FaultKind.Expired], times: int.MaxValue / 2, at => async outcome =>
        {
            if (outcome!.Succeeded) return;
            Assert.Equal(Reasons.Unauthorized, outcome.Status.Failure!.Reason);
            Assert.Contains("have expired", outcome.Status.Failure.Hint, StringComparison.Ordinal);
        });

    /// <summary>The removals are those of a build that was cancelled at its end.</summary>
    [Fact]
    public async Task EachUndo_FailsTwice_NothingIsLeft()
    {
        await using var site = new AwsSite(moto);
        var tally = new Tally(site, output);
        IReadOnlyList<string> undos = [];
        await CancelledAsync("recording", at => undos = [.. site.Cloud.Calls.Select(c => c.Split(':')[1]).Where(IsUndo).Distinct()]);
        Assert.Contains("DeregisterImage", undos);
        Assert.Contains("TerminateInstances", undos);
        foreach (var undo in undos) await CancelledAsync($"{undo} fails twice", _ => { }, new Fault(undo, 1, 2, FaultKind.Denied));
        tally.AssertGood();

        Task CancelledAsync(string name, Action<Tally.At> check, params Fault[] faults) => tally.CaseAsync(name, async at =>
        {
            site.Cloud.Faults = faults;
            using var stopping = new CancellationTokenSource();
            at.Case.Run = line =>
            {
                if (line == "t1") stopping.Cancel();
                return 0;
            };
            var outcome = await at.Case.RunAsync(at.Case.NextProcess(), stopping.Token);
            Assert.Equal((TargetPhase.Cancelled, (IReadOnlyList<string>?)null), (outcome!.Status.Phase, outcome.Status.CleanupErrors));
            await at.AssertAsBeforeAsync();
            check(at);
        });
    }

    [Fact]
    public async Task TimeoutPasses_WhileTheAmiIsPending_TheBuildGoesOnWithIt()
    {
        await using var site = new AwsSite(moto);
        var tally = new Tally(site, output);
        await tally.CaseAsync("one attempt", async at =>
        {
            at.Case.Timeout = Api.Common.Duration.FromSeconds(75);
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
        });
        await tally.CaseAsync("resumed later", async at =>
        {
            at.Case.Timeout = Api.Common.Duration.FromSeconds(75);
            var first = at.Case.NextProcess();
            first.AtPoint = name =>
            {
                if (name == "CreateImage!") first.Kill();
            };
            Assert.Null(await at.Case.RunAsync(first));
            site.Pass(TimeSpan.FromMinutes(30));
            var machines = site.BuildMachines;
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            if (site.BuildMachines != machines) tally.Lost("the capture");
        });
        tally.AssertGood();
    }

    /// <summary>The tries last longer than AWS takes to show what it has made: only the last one has an effect, and nobody has seen it.</summary>
    [Theory]
    [InlineData("RunInstances")]
    [InlineData("CreateSecurityGroup")]
    public async Task KilledAfterManyTries_TheSweeperLooksLongEnough(string action)
    {
        const int failures = 10;
        await using var site = new AwsSite(moto);
        var tally = new Tally(site, output);
        await tally.CaseAsync(action, async at =>
        {
            site.Cloud.Timings = site.Cloud.Timings with { Visible = TimeSpan.FromSeconds(20) };
            site.Cloud.Faults = [new(action, 1, failures, FaultKind.Throttle)];
            var process = at.Case.NextProcess();
            process.AtPoint = name =>
            {
                if (name == action + "!" && site.Cloud.Calls.Count(c => c.EndsWith($":{action}", StringComparison.Ordinal)) > failures) process.Kill();
            };
            Assert.Null(await at.Case.RunAsync(process));
            site.Cloud.Faults = [];
            Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task GroupWhoseAnswerWasLost_IsTaken_WhenAwsShowsIt()
    {
        await using var site = new AwsSite(moto);
        var tally = new Tally(site, output);
        await tally.CaseAsync("a group", async at =>
        {
            site.Cloud.Timings = site.Cloud.Timings with { Visible = TimeSpan.FromSeconds(20) };
            site.Cloud.Faults = [new("CreateSecurityGroup", 1, 1, FaultKind.LostAnswer)];
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
        });
        tally.AssertGood();
    }

    private static bool IsUndo(string action) => action is "TerminateInstances" || action.StartsWith("Delete", StringComparison.Ordinal) || action.StartsWith("Deregister", StringComparison.Ordinal);

    private async Task InjectAsync(IReadOnlyList<FaultKind> kinds, int times, Func<Tally.At, Func<Engine.Builds.BuildOutcome?, Task>> check)
    {
        await using var site = new AwsSite(moto);
        var tally = new Tally(site, output);
        IReadOnlyList<string> calls = [];
        await tally.CaseAsync("recording", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.Empty(site.Cloud.Calls.Distinct().Except(PolicyTests.Allowed()));
            calls = [.. site.Cloud.Calls.Select(c => c.Split(':')[1])];
        });
        foreach (var (action, kind, occurrence) in FaultPlan.Of(calls, kinds, PlatformContract.StrideOf(25), c => c.StartsWith("Describe", StringComparison.Ordinal)))
        {
            await tally.CaseAsync($"{kind} at {action} {occurrence}", async at =>
            {
                site.Cloud.Faults = [new(action, occurrence, times, kind)];
                var outcome = await at.Case.RunAsync(at.Case.NextProcess());
                Assert.NotEqual(0, site.Cloud.Injected);
                await check(at)(outcome);
                site.Cloud.Faults = [];
                if (outcome!.Status is { Phase: TargetPhase.Succeeded, CleanupErrors: null }) return;
                Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
                if (outcome.Succeeded) await at.AssertRightAsync(new(at.Case.Status!));
                else await at.AssertAsBeforeAsync();
            });
        }

        tally.AssertGood();
    }
}
