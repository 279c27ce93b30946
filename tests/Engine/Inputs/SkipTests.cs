using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Engine.Tests.Inputs;

/// <summary>Whether a target is built, and what is said of it.</summary>
public sealed class SkipTests
{
    [Fact]
    public async Task SameInputs_NothingIsMade_TheResultIsTheEarlierOne()
    {
        var scenario = new Scenario();
        scenario.Earlier = [await Results.SameAsync(scenario)];

        var outcome = await scenario.RunAsync();

        Assert.True(outcome.Succeeded);
        Assert.Equal(TargetPhase.UpToDate, scenario.Status.Phase);
        Assert.Equal("earlier", scenario.Status.ResultOf);
        Assert.Equal("nothing has changed since earlier", scenario.Status.Reason);
        Assert.Equal(Results.Image, Assert.Single(scenario.Status.Artifacts!).Id);
        Assert.Equal("t", scenario.Status.Artifacts![0].Target);
        Assert.NotNull(scenario.Status.CompletionTime);
        Assert.Empty(scenario.World.Made);
        scenario.AssertClean(published: 0);
    }

    [Fact]
    public async Task NoEarlierResult_IsBuilt()
    {
        var scenario = new Scenario();

        Assert.Equal(TargetPhase.Succeeded, (await scenario.RunAsync()).Status.Phase);

        Assert.Equal("there is no earlier result", scenario.Status.Reason);
        Assert.Matches("^sha256:[0-9a-f]{64}$", scenario.Status.InputsDigest);
        Assert.Contains(scenario.Status.Inputs!, i => i is { Name: "source", Value: "sha256:1" });
    }

    [Fact]
    public async Task InputsStandInTheJournal_BeforeAnythingIsMade()
    {
        var scenario = new Scenario();
        var process = scenario.NextProcess();
        process.AtPoint = (_, name) =>
        {
            if (name == "platform.create build/disk" && scenario.Status.InputsDigest is null) scenario.World.Violations.Add("the inputs were not written");
        };

        await scenario.RunAsync(process);

        scenario.AssertClean(published: 1);
    }

    /// <summary>A newer image appears between the comparison and the fetch: the result must not pass for one of the older.</summary>
    [Fact]
    public async Task SourceMovesAfterTheComparison_ResultHasNoDigest()
    {
        var scenario = new Scenario();
        var process = scenario.NextProcess();
        process.AtPoint = (_, name) =>
        {
            if (name == "platform.resolve") scenario.World.SourceDigest = "sha256:2";
        };

        await scenario.RunAsync(process);

        Assert.Equal(TargetPhase.Succeeded, scenario.Status.Phase);
        Assert.Equal("sha256:2", scenario.Status.Source!.Digest);
        Assert.Null(scenario.Status.InputsDigest);
        scenario.AssertClean(published: 1);
    }

    [Fact]
    public async Task OtherInputs_AreBuilt_AndTheReasonIsTold()
    {
        var before = new Scenario();
        var now = new Scenario { Template = Specs.Template() with { Provisioners = [Specs.Step("p1"), Specs.Step("p2", "other")] } };
        before.World.SourceDigest = "sha256:0";
        now.Earlier = [await Results.OfAsync(before)];
        now.World.Earlier.Add(Results.Image);

        await now.RunAsync();

        Assert.Equal(TargetPhase.Succeeded, now.Status.Phase);
        Assert.Equal("source: sha256:0 → sha256:1; provisioners[p2] changed (since earlier)", now.Status.Reason);
        Assert.Null(now.Status.ResultOf);
    }

    [Fact]
    public async Task ResultIsGone_IsBuilt()
    {
        var scenario = new Scenario();
        scenario.Earlier = [await Results.SameAsync(scenario, gone: true)];

        await scenario.RunAsync();

        Assert.Equal(TargetPhase.Succeeded, scenario.Status.Phase);
        Assert.Equal($"the result of earlier is not there any more, or is another by now: {Results.Image}", scenario.Status.Reason);
    }

    [Fact]
    public async Task NewestResultIsGone_AnOlderOneIsTaken()
    {
        var scenario = new Scenario();
        var older = await Results.SameAsync(scenario, "older");
        scenario.Earlier = [older with { Build = "newer", Artifacts = [new() { Type = "fake", Id = "gone" }] }, older];

        await scenario.RunAsync();

        Assert.Equal((TargetPhase.UpToDate, "older"), (scenario.Status.Phase!.Value, scenario.Status.ResultOf));
    }

    [Fact]
    public async Task ResultCannotBeLookedAt_IsBuilt()
    {
        var scenario = new Scenario();
        scenario.Earlier = [await Results.SameAsync(scenario)];
        scenario.World.Fault = call => { if (call == "look for the artifact") throw new IOException("the volume does not answer"); };

        await scenario.RunAsync();

        Assert.Equal(TargetPhase.Succeeded, scenario.Status.Phase);
    }

    [Fact]
    public async Task Force_IsBuilt_AndTheReasonSaysSo()
    {
        var scenario = new Scenario { Force = true };
        scenario.Earlier = [await Results.SameAsync(scenario)];

        await scenario.RunAsync();

        Assert.Equal(TargetPhase.Succeeded, scenario.Status.Phase);
        Assert.Equal("forced; earlier has a result of the same inputs", scenario.Status.Reason);
    }

    [Theory]
    [InlineData(true, PlannedAction.UpToDate)]
    [InlineData(false, PlannedAction.Build)]
    public async Task PlanOnly_TellsAndMakesNothing(bool same, PlannedAction action)
    {
        var scenario = new Scenario { PlanOnly = true };
        if (same) scenario.Earlier = [await Results.SameAsync(scenario)];

        var outcome = await scenario.RunAsync();

        Assert.True(outcome.Succeeded);
        Assert.Equal((TargetPhase.Planned, action), (scenario.Status.Phase!.Value, scenario.Status.Plan!.Value));
        Assert.Equal(same ? "earlier" : null, scenario.Status.ResultOf);
        Assert.Null(scenario.Status.Artifacts);
        Assert.Empty(scenario.World.Made);
    }

    [Fact]
    public async Task SourceIsNotThere_Fails()
    {
        var scenario = new Scenario();
        scenario.World.Fault = call => { if (call == "identify") throw new Failures.PlatformException(Failures.FailureKind.Terminal, "SourceUnavailable", "no such image"); };

        await scenario.RunAsync();

        Assert.Equal((TargetPhase.Failed, "SourceUnavailable"), (scenario.Status.Phase!.Value, scenario.Status.Failure!.Reason));
    }

    [Fact]
    public async Task SecretInAPlainParameter_IsMaskedInInputsAndReason()
    {
        // Someone gives a secret in a place that is not one: what is masked in logs must not stand in the list of inputs.
        var template = Specs.Template() with { Parameters = [new() { Name = "p" }], Provisioners = [Specs.Step("p1", "$(params.p)")] };
        var before = new Scenario { Template = template, Parameters = new Dictionary<string, string> { ["p"] = "one-canary-value" }, Secrets = ["canary"] };
        var now = new Scenario { Template = template, Parameters = new Dictionary<string, string> { ["p"] = "two-canary-value" }, Secrets = ["canary"] };
        now.Earlier = [await Results.OfAsync(before)];

        await now.RunAsync();

        Assert.DoesNotContain(now.World.Store.History, h => h.Contains("canary", StringComparison.Ordinal));
        Assert.Contains("params.p: one-***-value → two-***-value", now.Status.Reason, StringComparison.Ordinal);
    }
}
