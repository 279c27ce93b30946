using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Builds;

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

                var captured = at.Case.Status?.Resources?.Any(r => r is { Key: "image", State: LedgerState.Created }) == true;
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

    /// <summary>The points of an undisturbed build, thinned out by the stride; different ones in the two matrices are no matter.</summary>
    private async Task<IReadOnlyList<(int Point, string Name)>> PointsAsync(Tally tally)
    {
        IReadOnlyList<string> names = [];
        await tally.CaseAsync("recording", async at =>
        {
            var process = at.Case.NextProcess();
            await at.AssertRightAsync(await at.Case.RunAsync(process));
            names = process.Points;
        });
        return [.. names.Select((n, i) => (i, n)).Where(p => p.i % StrideOf(DefaultStride) == 0)];
    }
}
