using System.Text.Json;
using ImageOperator.Api.Common;
using ImageOperator.Api.Provisioners;

namespace ImageOperator.Api.Tests.Provisioners;

public sealed class StepOverridesTests
{
    private static readonly Provisioner Step = new()
    {
        Name = "packages",
        Shell = new() { Inline = ["one", "two"], Environment = new Dictionary<string, string> { ["A"] = "1", ["B"] = "2" }, Sudo = new() },
        Timeout = Duration.FromMinutes(1),
        OnlyTargets = ["a", "b"],
    };

    [Fact]
    public void For_ObjectsMerge_ListsReplace_NullRemoves()
    {
        var merged = Override("a", """{"timeout": "5m", "continueOnError": true, "shell": {"inline": ["three"], "environment": {"B": "3"}, "sudo": null}}""");
        Assert.Equal(Duration.FromMinutes(5), merged.Timeout);
        Assert.True(merged.ContinueOnError);
        Assert.Equal(["three"], merged.Shell!.Inline!);
        Assert.Equal(["A=1", "B=3"], merged.Shell.Environment.Select(e => $"{e.Key}={e.Value}"));
        Assert.Null(merged.Shell.Sudo);
        Assert.Equal(("packages", 2), (merged.Name, merged.OnlyTargets.Count));
        Assert.Null(merged.Overrides);
    }

    [Fact]
    public void For_AnotherKind_ReplacesIt()
    {
        var merged = Override("a", """{"shell": null, "file": {"content": "x", "destination": "/x"}}""");
        Assert.Equal("file", StepKind.Of(merged)!.Name);
        Assert.Null(merged.Shell);
    }

    [Fact]
    public void For_AnotherTarget_IsTheStep() => Assert.Equal(Step.Timeout, Override("b", """{"timeout": "5m"}""").Timeout);

    private static Provisioner Override(string target, string json)
    {
        var step = Step with { Overrides = new Dictionary<string, JsonElement> { [target] = JsonSerializer.Deserialize<JsonElement>(json) } };
        return StepOverrides.For(step, step.Overrides, "a");
    }
}
