using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Contract.Tests.Suite;

/// <summary>What every platform keeps, whatever happens at which of its calls. The calls are recorded from a build, not listed by hand.</summary>
public abstract class PlatformContract(ITestOutputHelper output)
{
    /// <summary>Each how-manieth point is tried; 1 tries all, as <c>make contract</c> does.</summary>
    internal static int StrideOf(int ordinary) => int.TryParse(Environment.GetEnvironmentVariable("IMAGEOPERATOR_CONTRACT_STRIDE"), out var stride) ? stride : ordinary;

    /// <summary>The stride of ordinary runs: what continuous integration has time for.</summary>
    protected abstract int DefaultStride { get; }

    private protected abstract Task<Site> OpenAsync();

    [Fact]
    public async Task Build_Undisturbed_LeavesItsArtifactsAndNothingElse()
    {
        await using var site = await OpenAsync();
        var tally = new Tally(site, output);
        await tally.CaseAsync("undisturbed", async at =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            await at.AssertRightAsync(outcome);
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task KilledAtEachCall_ThenTheNextAttempt_TheBuildIsRight()
    {
        await using var site = await OpenAsync();
        var tally = new Tally(site, output);
        foreach (var (point, name) in await PointsAsync(tally))
        {
            await tally.CaseAsync($"kill at {point} {name}, next attempt", async at =>
            {
                if (await at.Case.RunAsync(at.Case.NextProcess(point)) is { } early)
                {
                    // Waits are jittered: this run had fewer calls than the recorded one.
                    await at.AssertRightAsync(early);
                    return;
                }

                var captured = HasCaptured(at.Case);
                var machines = site.BuildMachines;
                var outcome = await at.Case.RunAsync(at.Case.NextProcess());
                await at.AssertRightAsync(outcome);
                if (captured && site.BuildMachines != machines) tally.Lost($"{point} {name}");
            });
        }

        tally.AssertGood();
    }

    [Fact]
    public async Task KilledAtEachCall_ThenTheSweeper_TheAccountIsAsBefore()
    {
        await using var site = await OpenAsync();
        var tally = new Tally(site, output);
        foreach (var (point, name) in await PointsAsync(tally))
        {
            await tally.CaseAsync($"kill at {point} {name}, sweep", async at =>
            {
                await at.Case.RunAsync(at.Case.NextProcess(point));
                var succeeded = at.Case.Status?.Phase == TargetPhase.Succeeded;
                Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
                if (succeeded) await at.AssertRightAsync(new BuildOutcome(at.Case.Status!));
                else await at.AssertAsBeforeAsync();
            });
        }

        tally.AssertGood();
    }

    [Fact]
    public async Task CancelledInEachStage_NothingIsLeft()
    {
        await using var site = await OpenAsync();
        var tally = new Tally(site, output);
        foreach (var (point, name) in await PointsOfStagesAsync(tally))
        {
            await tally.CaseAsync($"cancel at {point} {name}", async at =>
            {
                var outcome = await StopAtAsync(at.Case, point);
                Assert.Contains(outcome.Status.Phase, new TargetPhase?[] { TargetPhase.Cancelled, TargetPhase.Succeeded });
                // What there was no time for is the sweeper's.
                if (outcome.Status.CleanupErrors is not null) Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
                if (outcome.Succeeded) await at.AssertRightAsync(new BuildOutcome(at.Case.Status!));
                else await at.AssertAsBeforeAsync();
            });
        }

        tally.AssertGood();
    }

    [Fact]
    public async Task InterruptedInEachStage_ThenTheNextAttempt_TheBuildIsRight()
    {
        await using var site = await OpenAsync();
        var tally = new Tally(site, output);
        foreach (var (point, name) in await PointsOfStagesAsync(tally))
        {
            await tally.CaseAsync($"interrupt at {point} {name}", async at =>
            {
                at.Case.StopReason = StopReason.Interrupted;
                var outcome = await StopAtAsync(at.Case, point);
                var captured = HasCaptured(at.Case);
                var machines = site.BuildMachines;
                await at.AssertRightAsync(outcome.Interrupted ? await at.Case.RunAsync(at.Case.NextProcess()) : outcome);
                if (captured && site.BuildMachines != machines) tally.Lost($"{point} {name}");
            });
        }

        tally.AssertGood();
    }

    [Fact]
    public async Task TwoAttemptsAlive_FromEachStageOn_TheBuildIsRight()
    {
        await using var site = await OpenAsync();
        var tally = new Tally(site, output);
        foreach (var (point, name) in await PointsOfStagesAsync(tally))
        {
            await tally.CaseAsync($"two from {point} {name} on", async at =>
            {
                var outcome = await at.Case.RunTwoAsync(point);
                // The older one may have made something in its last call, under way when it was fenced.
                if (outcome.Status.CleanupErrors is null) await at.AssertRightAsync(outcome);
                else Assert.Fail(string.Join("; ", outcome.Status.CleanupErrors));
            });
        }

        tally.AssertGood();
    }

    private static bool HasCaptured(Case build) => build.Status?.Resources?.Any(r => r is { Key: "image", State: LedgerState.Created }) == true;

    private static async Task<BuildOutcome> StopAtAsync(Case build, int point)
    {
        using var stopping = new CancellationTokenSource();
        var process = build.NextProcess();
        process.AtPoint = _ =>
        {
            if (process.Points.Count - 1 == point) stopping.Cancel();
        };
        return (await build.RunAsync(process, stopping.Token))!;
    }

    /// <summary>The points of an undisturbed build, thinned out by the stride; different ones in the two matrices are no matter.</summary>
    private async Task<IReadOnlyList<(int Point, string Name)>> PointsAsync(Tally tally) =>
        [.. (await RecordAsync(tally)).Where(p => p.Point % StrideOf(DefaultStride) == 0).Select(p => (p.Point, p.Name))];

    /// <summary>A point in the midst of each stage; all points where each is tried.</summary>
    private async Task<IReadOnlyList<(int Point, string Name)>> PointsOfStagesAsync(Tally tally)
    {
        var all = await RecordAsync(tally);
        var most = StrideOf(DefaultStride) == 1 ? int.MaxValue : 1;
        return [.. all.GroupBy(p => p.Stage).SelectMany(s => most == 1 ? [s.ElementAt(s.Count() / 2)] : s.ToList()).Select(p => (p.Point, $"{p.Name} ({p.Stage?.ToString() ?? "begin"})"))];
    }

    private static async Task<IReadOnlyList<(int Point, string Name, BuildStage? Stage)>> RecordAsync(Tally tally)
    {
        var points = new List<(int, string, BuildStage?)>();
        await tally.CaseAsync("recording", async at =>
        {
            var process = at.Case.NextProcess();
            process.AtPoint = name =>
            {
                lock (points) points.Add((points.Count, name, at.Case.Log.Events.OfType<BuildEvent.StageStarted>().LastOrDefault()?.Stage));
            };
            await at.AssertRightAsync(await at.Case.RunAsync(process));
        });
        return points;
    }
}
