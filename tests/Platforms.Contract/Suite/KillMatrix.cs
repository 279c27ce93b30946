namespace ImageOperator.Platforms.Contract.Tests.Suite;

/// <summary>
/// Kills builds right after each of the calls that an option adds, found in a recorded build; then the next attempt, or the sweeper, by turns. With the
/// stride 1 it is done at all points of the build, before the calls, too, and both follow each.
/// </summary>
/// <param name="output">Where the tally goes.</param>
/// <param name="calls">The option's calls: the first one of each is taken, with <c>~</c> after it one in their midst.</param>
internal sealed class KillMatrix(ITestOutputHelper output, params string[] calls)
{
    /// <summary>What holds after a sweep; the account is as before if null.</summary>
    public Func<Tally.At, Task>? AfterSweep { get; init; }

    /// <summary>Makes what there is before a build.</summary>
    public Func<Tally.At, Task>? Before { get; init; }

    /// <summary>What else holds of a build that came to its end.</summary>
    public Func<Tally.At, Task>? AfterBuild { get; init; }

    public async Task RunAsync(Site site)
    {
        var tally = new Tally(site, output);
        var points = new List<(int Number, string Name)>();
        await CaseAsync(tally, "recording", async at =>
        {
            var process = at.Case.NextProcess();
            await AssertRightAsync(at, await at.Case.RunAsync(process));
            points.AddRange(Chosen(process.Points));
        });
        if (points.Count == 0) tally.AssertGood();
        if (PlatformContract.StrideOf(0) == 0) Assert.All(calls, c => Assert.Contains(points, p => p.Name == NameOf(c)));
        foreach (var (turn, (number, name)) in points.Index())
        {
            if (IsTurn(turn)) await CaseAsync(tally, $"kill at {number} {name}, next attempt", async at =>
            {
                var outcome = await at.Case.RunAsync(at.Case.NextProcess(number));
                await AssertRightAsync(at, outcome ?? await at.Case.RunAsync(at.Case.NextProcess()));
            });
            if (IsTurn(turn + 1)) await CaseAsync(tally, $"kill at {number} {name}, sweep", async at =>
            {
                if (await at.Case.RunAsync(at.Case.NextProcess(number)) is { } early)
                {
                    await AssertRightAsync(at, early);
                    return;
                }

                var succeeded = at.Case.Status?.Phase == Api.ImageBuilds.TargetPhase.Succeeded;
                Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
                if (succeeded) await AssertRightAsync(at, new(at.Case.Status!));
                else if (AfterSweep is { } check) await check(at);
                else await at.AssertAsBeforeAsync();
            });
        }

        tally.AssertGood();
    }

    private static bool IsTurn(int turn) => PlatformContract.StrideOf(0) > 0 || turn % 2 == 0;

    private static bool IsMidst(string call) => call.EndsWith('~');

    /// <summary>The point after the call.</summary>
    private static string NameOf(string call) => call.TrimEnd('~') + "!";

    private Task CaseAsync(Tally tally, string name, Func<Tally.At, Task> run) => tally.CaseAsync(name, async at =>
    {
        if (Before is { } prepare) await prepare(at);
        await run(at);
    });

    private async Task AssertRightAsync(Tally.At at, Engine.Builds.BuildOutcome? outcome)
    {
        await at.AssertRightAsync(outcome);
        if (AfterBuild is { } check) await check(at);
    }

    private IEnumerable<(int, string)> Chosen(List<string> points)
    {
        var all = points.Select((name, number) => (number, name));
        if (PlatformContract.StrideOf(0) is > 0 and var stride) return all.Where(p => p.number % stride == 0);
        var made = all.ToLookup(p => p.name);
        return calls.Select(c => IsMidst(c) ? made[NameOf(c)].ElementAt(made[NameOf(c)].Count() / 2) : made[NameOf(c)].First()).OrderBy(p => p.number);
    }
}
