using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Engine.Tests;

/// <summary>What steps are given beside the machine: a place for reports, progress, and the word of who releases a breakpoint.</summary>
public sealed class StepContextTests
{
    [Fact]
    public async Task Report_OfStepAndTest_StandsInStatusMasked()
    {
        var scenario = new Scenario
        {
            Template = Specs.Template() with { Provisioners = [Specs.Step("p1", "report hunter2")], Tests = [Specs.Test("t1", "report again")] },
            Secrets = ["hunter2"],
        };

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal(("tool 1", "7", "report ***"), (status.Steps!.Single().Report!.Tool, status.Steps!.Single().Report!.Score, status.Steps!.Single().Report!.Findings!.Single().Message));
        Assert.Equal("report again", status.Tests!.Single().Report!.Findings!.Single().Message);
        Assert.DoesNotContain(scenario.World.Store.History, json => json.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Breakpoint_IsHeldUntilTheJournalSaysSo()
    {
        var scenario = new Scenario { Template = Specs.Template() with { Provisioners = [Specs.Step("look", "hold")] } };
        var running = scenario.Start(scenario.NextProcess());
        for (var i = 0; i < 200; i++) scenario.World.Time.AdvanceToNext();
        Assert.False(running.IsCompleted);
        Assert.Equal(("look", "held"), (scenario.Status.Progress!.Step, scenario.Status.Progress.Message));

        scenario.World.Store.Resume = "t/look";

        Assert.True((await scenario.FinishAsync(running)).Succeeded);
        scenario.AssertClean(published: 1);
    }

    [Fact]
    public async Task Override_OfTheTarget_IsWhatRuns()
    {
        var step = Specs.Step("p1", "plain") with
        {
            Overrides = new Dictionary<string, JsonElement>
            {
                ["t"] = JsonSerializer.Deserialize<JsonElement>("""{"shell": {"inline": ["special"]}, "continueOnError": true}"""),
                ["other"] = JsonSerializer.Deserialize<JsonElement>("""{"shell": {"inline": ["foreign"]}}"""),
            },
        };
        var scenario = new Scenario { Template = Specs.Template() with { Provisioners = [step] } };
        scenario.World.Commands["special"] = _ => Task.FromResult(1);

        var outcome = await scenario.RunAsync();

        Assert.True(outcome.Succeeded);
        Assert.Equal(StepState.Failed, outcome.Status.Steps!.Single().State);
        Assert.Contains(scenario.World.Made, r => r.Commands.Contains("special"));
        Assert.DoesNotContain(scenario.World.Made, r => r.Commands.Contains("plain") || r.Commands.Contains("foreign"));
    }
}
