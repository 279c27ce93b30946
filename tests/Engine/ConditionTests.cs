using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Engine.Tests;

public sealed class ConditionTests
{
    private static readonly Parameter[] Declared =
    [
        new() { Name = "docs", Type = ParameterType.Bool }, new() { Name = "packages", Type = ParameterType.List, ItemType = ParameterType.String },
        new() { Name = "users", Type = ParameterType.Map }, new() { Name = "motd", Required = false }, new() { Name = "token", Sensitive = true },
    ];

    private static readonly Dictionary<string, string> Values = new()
    {
        ["docs"] = "false",
        ["packages"] = """["nginx","curl"]""",
        ["users"] = """{"ann":{"uid":1000},"bob":{"uid":1001}}""",
        ["token"] = "c4n4ry-token",
    };

    [Fact]
    public async Task When_False_SkipsTheStepAndSaysWhy()
    {
        var scenario = With(
            Specs.Step("p1") with { When = "params.docs" }, Specs.Step("p2") with { When = "!params.docs && target.platform == 'qemu' && source.id != ''" },
            Specs.Step("p3") with { When = "$(params.motd != null)" });

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal(
            [("p1", StepState.Skipped, "when is false: params.docs"), ("p2", StepState.Succeeded, null), ("p3", StepState.Skipped, "when is false: $(params.motd != null)")],
            status.Steps!.Select(s => (s.Name, s.State, s.Message)));
        Assert.Equal(["p2", "poweroff"], Commands(scenario, "build/machine"));
        scenario.AssertClean(published: 1);
    }

    [Fact]
    public async Task ForEach_List_RunsTheStepForEachItem()
    {
        var scenario = With(Specs.Step("install", "install $(upper(item)) $(key)") with { ForEach = "params.packages", When = "item != 'nginx' || target.name == 't'" });

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal(["install[nginx]", "install[curl]"], status.Steps!.Select(s => s.Name));
        Assert.Equal(["install NGINX 0", "install CURL 1", "poweroff"], Commands(scenario, "build/machine"));
        var started = scenario.Log.Events.OfType<Events.BuildEvent.StepStarted>().Where(e => e.Step.StartsWith("install", StringComparison.Ordinal));
        Assert.Equal([(1, 2), (2, 2)], started.Select(e => (e.Index, e.Of)));
    }

    [Fact]
    public async Task ForEach_Map_NamesRunsByKey()
    {
        var scenario = With(Specs.Step("user", "useradd -u $(item.uid) $(key)") with { ForEach = "params.users" }, Specs.Step("none") with { ForEach = "[for p in params.packages : p if p == 'x']" });

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal(["user[ann]", "user[bob]", "none"], status.Steps!.Select(s => s.Name));
        Assert.Equal((StepState.Skipped, "forEach has no items: [for p in params.packages : p if p == 'x']"), (status.Steps![2].State, status.Steps[2].Message));
        Assert.Equal(["useradd -u 1000 ann", "useradd -u 1001 bob", "poweroff"], Commands(scenario, "build/machine"));
    }

    [Fact]
    public async Task ForEach_FailingItem_IsNamed()
    {
        var scenario = With(Specs.Step("install", "install $(item)") with { ForEach = "params.packages" });
        scenario.World.Commands["install curl"] = _ => Task.FromResult(7);

        var failure = (await scenario.RunAsync()).Status.Failure!;

        Assert.Equal(("install[curl]", 7), (failure.Step, failure.ExitCode!.Value));
    }

    [Fact]
    public async Task Condition_WithoutAValue_FailsBeforeAnyStep()
    {
        var scenario = With(Specs.Step("p1"), Specs.Step("p2") with { When = "params.users.eve.uid > 3" });

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal(Reasons.TemplateInvalid, status.Failure!.Reason);
        Assert.Equal("provisioners[p2].when: column 14: there is no member \"eve\"; there are ann, bob", status.Failure.Message);
        Assert.DoesNotContain("p1", Commands(scenario, "build/machine"));
        scenario.AssertClean(published: 0);
    }

    [Fact]
    public async Task Tests_HaveConditionsAndLoops()
    {
        var template = Specs.Template() with
        {
            Parameters = Declared,
            Tests = [Specs.Test("has", "which $(item)") with { ForEach = "params.packages" }, Specs.Test("docs") with { When = "params.docs" }],
        };
        var scenario = new Scenario { Template = template, Parameters = Values };

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal([("docs", TestState.Skipped), ("has[nginx]", TestState.Passed), ("has[curl]", TestState.Passed)], status.Tests!.Select(t => (t.Name, t.State)));
        Assert.Equal(["which nginx", "which curl"], Commands(scenario, "test/machine").Where(c => c.StartsWith("which", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Tests_AllSkipped_StartNoMachine()
    {
        var template = Specs.Template() with { Parameters = Declared, Tests = [Specs.Test("docs") with { When = "params.docs" }] };
        var scenario = new Scenario { Template = template, Parameters = Values };

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal(TargetPhase.Succeeded, status.Phase);
        Assert.Equal(TestState.Skipped, Assert.Single(status.Tests!).State);
        Assert.DoesNotContain(scenario.World.Made, r => r.Key == "test/machine");
    }

    [Fact]
    public async Task WhatBecomesOfASecret_IsMasked()
    {
        var scenario = new Scenario { Template = Specs.Template() with { Parameters = Declared, Provisioners = [Specs.Step("p", "login $(upper(params.token))")] }, Parameters = Values, Secrets = ["c4n4ry-token"] };
        scenario.World.Commands["login C4N4RY-TOKEN"] = run =>
        {
            run.Print(OutputStream.Stdout, "logged in with C4N4RY-TOKEN");
            return Task.FromResult(1);
        };

        var failure = (await scenario.RunAsync()).Status.Failure!;

        Assert.Equal("logged in with ***", failure.LogTail);
        Assert.DoesNotContain(scenario.World.Store.History, h => h.Contains("C4N4RY", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("params.docs", true)]
    [InlineData("params.packages", false)]
    public async Task InputsDigest_CountsTheParametersOfConditions(string when, bool counts)
    {
        var template = Specs.Template() with { Parameters = Declared, Provisioners = [Specs.Step("p1") with { When = counts ? when : "true", ForEach = "['a']" }] };
        var one = await new Scenario { Template = template, Parameters = Values, PlanOnly = true }.RunAsync();
        var two = await new Scenario { Template = template, Parameters = new Dictionary<string, string>(Values) { ["docs"] = "true" }, PlanOnly = true }.RunAsync();

        Assert.Equal(counts, one.Status.InputsDigest != two.Status.InputsDigest);
        Assert.NotNull(one.Status.InputsDigest);
    }

    private static Scenario With(params Api.Provisioners.Provisioner[] steps) =>
        new() { Template = Specs.Template() with { Parameters = Declared, Provisioners = steps }, Parameters = Values };

    private static List<string> Commands(Scenario scenario, string machine) => scenario.World.Made.Single(r => r.Key == machine).Commands;
}
