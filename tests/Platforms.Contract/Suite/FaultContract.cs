using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Builds;

namespace ImageOperator.Platforms.Contract.Tests.Suite;

/// <summary>Each call that a build makes goes wrong in each way. The calls are recorded from a build.</summary>
public abstract class FaultContract(ITestOutputHelper output)
{
    private const int Forever = int.MaxValue / 2;

    /// <summary>The stride of ordinary runs.</summary>
    protected abstract int DefaultStride { get; }

    /// <summary>What a failure's hint says of a missing right.</summary>
    protected abstract string DeniedHint { get; }

    /// <summary>What a failure's hint says of credentials that are good no longer.</summary>
    protected abstract string ExpiredHint { get; }

    /// <summary>The call that makes the image.</summary>
    protected abstract string Capture { get; }

    /// <summary>Calls that make things, of which some may not be seen for a while.</summary>
    protected abstract IReadOnlyList<string> Makes { get; }

    private protected abstract CloudSite Open();

    /// <summary>Reads, which are repeated until something is as awaited.</summary>
    protected abstract bool IsPoll(string call);

    /// <summary>Removes.</summary>
    protected abstract bool IsUndo(string call);

    /// <summary>A build succeeds without it: it removes, or looks how that goes. What is left is said, or done later.</summary>
    protected abstract bool IsDispensable(string call);

    /// <summary>After tries without an answer: that nothing could be made twice.</summary>
    private protected virtual void AssertMadeOnce(CloudSite site, string call)
    {
    }

    /// <summary>Of an undisturbed build.</summary>
    private protected virtual void AssertRecorded(CloudSite site)
    {
    }

    [Fact]
    public Task EachCall_IsThrottledOrUnavailableForAWhile_TheBuildIsRight() => InjectAsync([FaultKind.Throttle, FaultKind.ServerError], times: 2, (at, outcome) => at.AssertRightAsync(outcome));

    [Fact]
    public Task EachCall_LosesItsConnectionOrAnswer_TheBuildIsRight() => InjectAsync([FaultKind.NoConnection, FaultKind.LostAnswer], times: 1, (at, outcome) => at.AssertRightAsync(outcome));

    [Fact]
    public Task EachCall_IsDenied_TheFailureNamesTheRight_TheSweeperRestoresTheAccount() => InjectAsync([FaultKind.Denied], Forever, (at, outcome) => AssertRefusedAsync(at, outcome, DeniedHint));

    [Fact]
    public Task EachCall_FindsTheCredentialsExpired_TheFailureSaysSo_TheSweeperRestoresTheAccount() => InjectAsync([FaultKind.Expired], Forever, (at, outcome) => AssertRefusedAsync(at, outcome, ExpiredHint));

    /// <summary>The removals are those of a build that was cancelled at its end.</summary>
    [Fact]
    public async Task EachUndo_FailsTwice_NothingIsLeft()
    {
        await using var site = Open();
        var tally = new Tally(site, output);
        IReadOnlyList<string> undos = [];
        await CancelledAsync("recording", () => undos = [.. site.Calls.Where(IsUndo).Distinct()]);
        Assert.NotEmpty(undos);
        foreach (var undo in undos) await CancelledAsync($"{undo} fails twice", () => { }, new Fault(undo, 1, 2, FaultKind.Denied));
        tally.AssertGood();

        Task CancelledAsync(string name, Action check, params Fault[] faults) => tally.CaseAsync(name, async at =>
        {
            site.Faults = faults;
            using var stopping = new CancellationTokenSource();
            at.Case.Run = line =>
            {
                if (line == "t1") stopping.Cancel();
                return 0;
            };
            var outcome = await at.Case.RunAsync(at.Case.NextProcess(), stopping.Token);
            Assert.Equal(TargetPhase.Cancelled, outcome!.Status.Phase);
            // What there was no time for is the sweeper's.
            Assert.All(outcome.Status.CleanupErrors ?? [], e => Assert.EndsWith("no time was left to remove it", e, StringComparison.Ordinal));
            if (outcome.Status.CleanupErrors is not null) Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            await at.AssertAsBeforeAsync();
            check();
        });
    }

    [Fact]
    public virtual async Task TimeoutPasses_WhileTheImageIsPending_TheBuildGoesOnWithIt()
    {
        await using var site = Open();
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
                if (name == Capture + "!") first.Kill();
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
    [Fact]
    public async Task KilledAfterManyTries_TheSweeperLooksLongEnough()
    {
        const int failures = 10;
        await using var site = Open();
        var tally = new Tally(site, output);
        foreach (var make in Makes)
        {
            await tally.CaseAsync(make, async at =>
            {
                site.ShowLate();
                site.Faults = [new(make, 1, failures, FaultKind.ServerError)];
                var process = at.Case.NextProcess();
                process.AtPoint = name =>
                {
                    if (name == make + "!" && site.Calls.Count(c => c == make) > failures) process.Kill();
                };
                Assert.Null(await at.Case.RunAsync(process));
                AssertMadeOnce(site, make);
                site.Faults = [];
                Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
                await at.AssertAsBeforeAsync();
            });
        }

        tally.AssertGood();
    }

    private Task AssertRefusedAsync(Tally.At at, BuildOutcome outcome, string hint)
    {
        if (outcome.Succeeded)
        {
            Assert.All(((CloudSite)at.Site).Faults, f => Assert.True(IsDispensable(f.Action), $"the build succeeded without {f.Action}"));
            return Task.CompletedTask;
        }

        Assert.Equal(Reasons.Unauthorized, outcome.Status.Failure!.Reason);
        Assert.Contains(hint, outcome.Status.Failure.Hint, StringComparison.Ordinal);
        return Task.CompletedTask;
    }

    private async Task InjectAsync(IReadOnlyList<FaultKind> kinds, int times, Func<Tally.At, BuildOutcome, Task> check)
    {
        await using var site = Open();
        var tally = new Tally(site, output);
        IReadOnlyList<string> calls = [];
        await tally.CaseAsync("recording", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            AssertRecorded(site);
            calls = [.. site.Calls];
        });
        foreach (var (call, kind, occurrence) in FaultPlan.Of(calls, kinds, PlatformContract.StrideOf(DefaultStride), IsPoll))
        {
            await tally.CaseAsync($"{kind} at {call} {occurrence}", async at =>
            {
                site.Faults = [new(call, occurrence, times, kind)];
                var outcome = await at.Case.RunAsync(at.Case.NextProcess());
                Assert.NotEqual(0, site.Injected);
                await check(at, outcome!);
                site.Faults = [];
                if (outcome!.Status is { Phase: TargetPhase.Succeeded, CleanupErrors: null }) return;
                Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
                if (outcome.Succeeded) await at.AssertRightAsync(new(at.Case.Status!));
                else await at.AssertAsBeforeAsync();
            });
        }

        tally.AssertGood();
    }
}
