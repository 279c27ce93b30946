using System.Diagnostics;
using ImageOperator.Cli.Tests.Support;

namespace ImageOperator.Cli.Tests.Completion;

public sealed class ScriptTests
{
    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Script_OfShell_Parses(string shell)
    {
        var script = (await InProcess.RunAsync(["completion", shell])).Out;
        Assert.Contains("[suggest:", script, StringComparison.Ordinal);
        Assert.SkipUnless(new[] { "/usr/bin", "/bin" }.Any(d => File.Exists($"{d}/{shell}")), $"{shell} is not installed: apt-get install {shell}");
        using var work = new Workdir();
        using var check = Process.Start(shell, ["-n", work.Write("script", script)]);
        await check.WaitForExitAsync();
        Assert.Equal(0, check.ExitCode);
    }

    [Theory]
    [InlineData("imagectl ", "build")]
    [InlineData("imagectl build --out", "--output-dir")]
    [InlineData("imagectl completion ", "zsh")]
    [InlineData("imagectl resume web --st", "--stop")]
    public async Task Suggest_OfLine_HasWord(string line, string word)
    {
        var result = await InProcess.RunAsync([$"[suggest:{line.Length}]", line]);
        Assert.Contains(word, result.Out.Split('\n', StringSplitOptions.TrimEntries));
    }
}
