using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Engine.Tests.Inputs;

/// <summary>Kills a builder that builds nothing before and after each of its calls to the outside.</summary>
public sealed class SkipCrashTests
{
    private static readonly string[] Kinds = ["up to date", "planned"];

    public static TheoryData<string, int> Points()
    {
        var data = new TheoryData<string, int>();
        foreach (var kind in Kinds)
        {
            foreach (var point in Enumerable.Range(0, CountPoints(kind))) data.Add(kind, point);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Kill_ThenNextAttempt_EndsAsIfNothingHadHappened(string kind, int point)
    {
        var scenario = await CreateAsync(kind);
        scenario.RunUntilKilled(scenario.NextProcess(point));

        var outcome = await scenario.RunAsync();

        AssertNothingWasMade(scenario, outcome.Status, kind);
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Kill_ThenSweep_LeavesTheWorldAsItWas(string kind, int point)
    {
        var scenario = await CreateAsync(kind);
        scenario.RunUntilKilled(scenario.NextProcess(point));
        var ended = scenario.World.Store.Status?.Phase.IsTerminal() == true;

        Assert.Empty(await scenario.SweepAsync());

        if (ended) AssertNothingWasMade(scenario, scenario.Status, kind);
        else Assert.Equal(TargetPhase.Cancelled, scenario.Status.Phase);
        Assert.Empty(scenario.World.Made);
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Kill_ThenResultIsGone_NextAttemptBuildsIt(string kind, int point)
    {
        if (kind != "up to date") return;
        var scenario = await CreateAsync(kind);
        scenario.RunUntilKilled(scenario.NextProcess(point));
        scenario.World.Earlier.Clear();
        var ended = scenario.World.Store.Status?.Phase == TargetPhase.UpToDate;

        await scenario.RunAsync();

        Assert.Equal(ended ? TargetPhase.UpToDate : TargetPhase.Succeeded, scenario.Status.Phase);
        Assert.Equal(ended ? "earlier" : null, scenario.Status.ResultOf);
        scenario.AssertClean(published: ended ? 0 : 1);
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Cancel_AtEachPoint_EndsCleanly(string kind, int point)
    {
        var scenario = await CreateAsync(kind);
        var process = scenario.NextProcess();
        process.AtPoint = (n, _) => { if (n == point) scenario.Stopping.Cancel(); };

        var outcome = await scenario.RunAsync(process);

        Assert.True(outcome.Succeeded || outcome.Status.Phase == TargetPhase.Cancelled);
        Assert.Empty(scenario.World.Made);
    }

    private static void AssertNothingWasMade(Scenario scenario, TargetStatus status, string kind)
    {
        Assert.Equal(kind == "planned" ? TargetPhase.Planned : TargetPhase.UpToDate, status.Phase);
        Assert.Equal(kind == "planned" ? 0 : 1, status.Artifacts?.Count ?? 0);
        Assert.Equal("earlier", status.ResultOf);
        Assert.Empty(scenario.World.Made);
        scenario.AssertClean(published: 0);
    }

    private static async Task<Scenario> CreateAsync(string kind)
    {
        var scenario = new Scenario { PlanOnly = kind == "planned" };
        scenario.Earlier = [await Results.SameAsync(scenario)];
        return scenario;
    }

    private static int CountPoints(string kind)
    {
        var scenario = CreateAsync(kind).GetAwaiter().GetResult();
        var process = scenario.NextProcess();
        scenario.RunAsync(process).GetAwaiter().GetResult();
        return process.Points.Count;
    }
}
