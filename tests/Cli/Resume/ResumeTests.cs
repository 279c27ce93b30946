using ImageOperator.Cli.Resume;
using ImageOperator.Cli.Tests.Support;

namespace ImageOperator.Cli.Tests.Resume;

public sealed class ResumeTests
{
    private static readonly string Held = "held until 2026-11-23T12:00:00Z";

    [Fact]
    public void Among_IsWhatIsHeld() => Assert.Equal([("one", "look"), ("three", "also")], new ResumeChoice("web", null, null, false).Among(
    [
        new() { Name = "one", Progress = new() { Step = "look", Message = Held } }, new() { Name = "two", Progress = new() { Step = "setup" } },
        new() { Name = "three", Progress = new() { Step = "also", Message = Held } },
    ]));

    [Fact]
    public void Among_OfTarget_IsItsOwn() => Assert.Equal([("three", "also")], new ResumeChoice("web", "three", null, false).Among(
        [new() { Name = "one", Progress = new() { Step = "look", Message = Held } }, new() { Name = "three", Progress = new() { Step = "also", Message = Held } }]));

    [Fact]
    public void Among_WithStep_NeedNotBeHeld() => Assert.Equal([("one", "later")], new ResumeChoice("web", null, "later", false).Among([new() { Name = "one" }]));

    [Fact]
    public void Among_NoneHeld_SaysWhatTheyDo()
    {
        var error = Assert.Throws<ResumeException>(() => new ResumeChoice("web", null, null, false).Among([new() { Name = "one", Progress = new() { Step = "setup" } }]));
        Assert.Equal("web is not held at a breakpoint (one: not begun in step setup): --step names one that is to come", error.Message);
    }

    [Fact]
    public void Among_UnknownTarget_SaysWhichThereAre()
    {
        var error = Assert.Throws<ResumeException>(() => new ResumeChoice("web", "lob", null, false).Among([new() { Name = "lab" }]));
        Assert.Equal("web has no target lob: it has lab", error.Message);
    }

    [Fact]
    public async Task NoBuildAndNoCluster_SaysBoth()
    {
        using var work = new Workdir();
        var result = await InProcess.RunAsync(["resume", "web", "--state-dir", work.State], "", ("KUBECONFIG", "/nowhere/config"));
        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"imagectl: no build web runs on this machine (state in {work.State}), and there is no kubeconfig /nowhere/config: name one with --kubeconfig or in $KUBECONFIG", result.Error.TrimEnd());
    }

    [Fact]
    public async Task StepThatIsNoName_IsRefused()
    {
        var result = await InProcess.RunAsync(["resume", "web", "--step", "lab/look"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--step must be the name of a step", result.Error, StringComparison.Ordinal);
    }
}
