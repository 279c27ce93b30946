using ImageOperator.Cli.Tests.Support;

namespace ImageOperator.Cli.Tests.Build;

public sealed class StateTests
{
    [Fact]
    public async Task Build_KeptState_HoldsNoSecret()
    {
        using var work = new Workdir();
        var manifest = work.Write("tiny.yaml", Tiny.Template("[]", source: "/nowhere.qcow2"));
        var secret = work.Write("pw", "canary-44e\n");
        var result = await InProcess.RunAsync(["build", "-f", manifest, "--secret", $"password={secret}", "--state-dir", work.State, "--cache-dir", work.Root, "--keep-state"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("SourceUnavailable", result.Out, StringComparison.Ordinal);
        var state = Assert.Single(work.States);
        Assert.Contains($"State is kept in {state}", result.Out, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(state, "*", SearchOption.AllDirectories)) Assert.DoesNotContain("canary-44e", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.DoesNotContain("canary-44e", result.All, StringComparison.Ordinal);

        var sweep = await InProcess.RunAsync(["sweep", "--state-dir", work.State]);
        Assert.Equal(0, sweep.ExitCode);
        Assert.Empty(work.States);
    }

    [Fact]
    public async Task Sweep_BrokenState_SaysSoAndIs1()
    {
        using var work = new Workdir();
        Directory.CreateDirectory(Path.Combine(work.State, "web-12345678"));
        work.Write("state/web-12345678/plan.json", "{");
        var sweep = await InProcess.RunAsync(["sweep", "--state-dir", work.State, "--build", "web"]);
        Assert.Equal(1, sweep.ExitCode);
        Assert.Contains("web-12345678: the state cannot be read", sweep.Error, StringComparison.Ordinal);
    }
}
