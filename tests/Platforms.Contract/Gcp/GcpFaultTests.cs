using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>Each method that a build calls goes wrong in each way. The methods are recorded from a build.</summary>
[Trait("Category", "Cloud")]
public sealed class GcpFaultTests(ITestOutputHelper output)
{
    [Fact]
    public Task EachMethod_IsThrottledOrUnavailableForAWhile_TheBuildIsRight() => InjectAsync(
        [FaultKind.Throttle, FaultKind.ServerError], times: 2, at => at.AssertRightAsync);

    [Fact]
    public Task EachMethod_LosesItsConnectionOrAnswer_TheBuildIsRight() => InjectAsync(
        [FaultKind.NoConnection, FaultKind.LostAnswer], times: 1, at => at.AssertRightAsync);

    [Fact]
    public Task EachMethod_IsDenied_TheFailureNamesThePermissionAndTheSweeperRestoresTheProject() => InjectAsync(
        [FaultKind.Denied], times: int.MaxValue / 2, at => async outcome =>
        {
            if (outcome!.Succeeded) return;
            Assert.Equal(Reasons.Unauthorized, outcome.Status.Failure!.Reason);
            Assert.Contains("needs the permission compute.", outcome.Status.Failure.Hint, StringComparison.Ordinal);
        });

    [Fact]
    public Task EachMethod_FindsTheCredentialsRefused_TheFailureSaysSoAndTheSweeperRestoresTheProject() => InjectAsync(
        [FaultKind.Expired], times: int.MaxValue / 2, at => async outcome =>
        {
            if (outcome!.Succeeded) return;
            Assert.Equal(Reasons.Unauthorized, outcome.Status.Failure!.Reason);
            Assert.Contains("does not take the credentials", outcome.Status.Failure.Hint, StringComparison.Ordinal);
        });

    /// <summary>The removals are those of a build that was cancelled at its end.</summary>
    [Fact]
    public async Task EachUndo_FailsTwice_NothingIsLeft()
    {
        await using var site = new GcpSite();
        var tally = new Tally(site, output);
        IReadOnlyList<string> undos = [];
        await CancelledAsync("recording", () => undos = [.. site.Cloud.Calls.Where(c => c.EndsWith(".delete", StringComparison.Ordinal)).Distinct()]);
        Assert.Equal(["compute.images.delete", "compute.instances.delete"], undos.Order());
        foreach (var undo in undos) await CancelledAsync($"{undo} fails twice", () => { }, new Fault(undo, 1, 2, FaultKind.Denied));
        tally.AssertGood();

        Task CancelledAsync(string name, Action check, params Fault[] faults) => tally.CaseAsync(name, async at =>
        {
            site.Cloud.Faults = faults;
            using var stopping = new CancellationTokenSource();
            at.Case.Run = line =>
            {
                if (line == "t1") stopping.Cancel();
                return 0;
            };
            var outcome = await at.Case.RunAsync(at.Case.NextProcess(), stopping.Token);
            Assert.Equal((TargetPhase.Cancelled, (string?)null), (outcome!.Status.Phase, outcome.Status.CleanupErrors is { } errors ? string.Join("; ", errors) : null));
            await at.AssertAsBeforeAsync();
            check();
        });
    }

    [Fact]
    public async Task TimeoutPasses_WhileTheImageIsPending_TheBuildGoesOnWithIt()
    {
        await using var site = new GcpSite();
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
                if (name == "compute.images.insert!") first.Kill();
            };
            Assert.Null(await at.Case.RunAsync(first));
            site.Pass(TimeSpan.FromMinutes(30));
            var machines = site.BuildMachines;
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            if (site.BuildMachines != machines) tally.Lost("the capture");
        });
        tally.AssertGood();
    }

    /// <summary>The tries last longer than the cloud takes to show what it has made: only the last one has an effect, and nobody has seen it.</summary>
    [Theory]
    [InlineData("compute.instances.insert")]
    [InlineData("compute.images.insert")]
    public async Task KilledAfterManyTries_TheSweeperLooksLongEnough(string method)
    {
        const int failures = 10;
        await using var site = new GcpSite();
        var tally = new Tally(site, output);
        await tally.CaseAsync(method, async at =>
        {
            site.Cloud.State.Timings = site.Cloud.State.Timings with { Visible = TimeSpan.FromSeconds(20), Listed = TimeSpan.FromMinutes(2) };
            site.Cloud.Faults = [new(method, 1, failures, FaultKind.ServerError)];
            var process = at.Case.NextProcess();
            process.AtPoint = name =>
            {
                if (name == method + "!" && site.Cloud.Calls.Count(c => c == method) > failures) process.Kill();
            };
            Assert.Null(await at.Case.RunAsync(process));
            Assert.Single(site.Cloud.Requests.Where(r => r.Method == method).Select(r => r["requestId"]).Distinct());
            site.Cloud.Faults = [];
            Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    private async Task InjectAsync(IReadOnlyList<FaultKind> kinds, int times, Func<Tally.At, Func<Engine.Builds.BuildOutcome?, Task>> check)
    {
        await using var site = new GcpSite();
        var tally = new Tally(site, output);
        IReadOnlyList<string> calls = [];
        await tally.CaseAsync("recording", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            calls = [.. site.Cloud.Calls];
        });
        foreach (var (method, kind, occurrence) in FaultPlan.Of(calls, kinds, PlatformContract.StrideOf(7), c => c.Contains(".get", StringComparison.Ordinal)))
        {
            await tally.CaseAsync($"{kind} at {method} {occurrence}", async at =>
            {
                site.Cloud.Faults = [new(method, occurrence, times, kind)];
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
