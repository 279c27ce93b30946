using ImageOperator.Cli.Tests.Support;

namespace ImageOperator.Cli.Tests.Build;

/// <summary>What is refused before anything starts: exit code 2, and no state.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("parameter \"password\" has no value: give it with --secret password=FILE")]
    [InlineData("parameter \"password\" is sensitive", "--param", "password=canary-91c")]
    [InlineData("did you mean \"greeting\"", "--secret", "password=PW", "--param", "greting=x")]
    [InlineData("does not match the pattern [a-z]+", "--secret", "password=PW", "--param", "greeting=HELLO")]
    [InlineData("is not allowed: use one of 1, 2", "--secret", "password=PW", "--param", "count=3")]
    [InlineData("must be a number", "--secret", "password=PW", "--param", "count=many")]
    [InlineData("is not sensitive", "--secret", "password=PW", "--secret", "greeting=PW")]
    [InlineData("there is no target \"lap\"; targets are lab", "--secret", "password=PW", "--target", "lap")]
    [InlineData("have no ImageTemplate \"web\"; they have tiny", "--template", "web")]
    [InlineData("exclude each other", "--template", "tiny", "--build", "tiny")]
    [InlineData("there is no such folder", "--secret", "password=PW", "--workspace", "/nowhere")]
    [InlineData("--parallel must be at least 1", "--secret", "password=PW", "--parallel", "0")]
    [InlineData("the environment variable CANARY is not set", "--secret", "password=env:CANARY")]
    [InlineData("the file cannot be read (it does not exist)", "--secret", "password=canary-91c")]
    [InlineData("--secret-file", "--secrt", "password=PW")]
    public async Task Build_WrongInput_Is2AndStartsNothing(string message, params string[] args)
    {
        using var work = new Workdir();
        var manifest = work.Write("tiny.yaml", Tiny.Template("[]", source: "/nowhere.qcow2"));
        var secret = work.Write("pw", "canary-91c\n");
        var result = await InProcess.RunAsync(
            ["build", "-f", manifest, "--state-dir", work.State, .. args.Select(a => a.Replace("PW", secret, StringComparison.Ordinal))]);
        Assert.Equal(2, result.ExitCode);
        if (message != "--secret-file") Assert.Contains(message, result.Error, StringComparison.Ordinal);
        else Assert.Contains("--secret", result.All, StringComparison.Ordinal);
        Assert.DoesNotContain("canary-91c", result.All, StringComparison.Ordinal);
        Assert.Empty(work.States);
    }

    [Fact]
    public async Task Build_ClaimOutput_IsRefusedWithTheMend()
    {
        using var work = new Workdir();
        var manifest = work.Write("tiny.yaml", Tiny.Template("[]").Replace("{hostPath: {path: /nowhere/images}}", "{persistentVolumeClaim: {claimName: images, path: built}}", StringComparison.Ordinal));
        var result = await InProcess.RunAsync(["build", "-f", manifest, "--secret", "password=-", "--state-dir", work.State], "canary");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--output-dir", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_InvalidManifest_TellsLineAndIs2()
    {
        using var work = new Workdir();
        var manifest = work.Write("tiny.yaml", Tiny.Template("[{name: x, shel: {inline: [ls]}}]"));
        var result = await InProcess.RunAsync(["build", "-f", manifest, "--state-dir", work.State]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(".yaml:16:", result.Error, StringComparison.Ordinal);
    }
}
