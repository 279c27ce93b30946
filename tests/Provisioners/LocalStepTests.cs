using ImageOperator.Engine.Failures;

namespace ImageOperator.Provisioners.Tests;

public sealed class LocalStepTests : IDisposable
{
    private readonly Step _step = new();

    public void Dispose() => _step.Dispose();

    [Fact]
    public async Task Run_InWorkspace_WithItsOwnEnvironmentOnly()
    {
        await using var machine = new LocalShell("dash");
        _step.AddFile("sub/file", "x");
        await _step.RunAsync(machine, """
            "local": {"inline": ["pwd", "ls", "echo $SECRET", "env | cut -d= -f1 | sort | tr '\\n' ' '"], "environment": {"SECRET": "it's \"odd\" $HOME"}, "workingDirectory": "sub"}
            """);
        Assert.Equal([$"{_step.Folders.Workspace}/sub", "file", "it's \"odd\" $HOME"], _step.Output.Take(3));
        Assert.DoesNotContain("DOTNET", _step.Output[3], StringComparison.Ordinal);
        Assert.Contains(" SECRET ", _step.Output[3], StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_step.Folders.Scratch));
    }

    [Fact]
    public async Task Run_WithoutWorkspace_HasAFolderOfItsOwn()
    {
        await using var machine = new LocalShell("dash");
        Directory.Delete(_step.Folders.Workspace, recursive: true);
        await _step.RunAsync(machine, """ "local": {"inline": ["pwd", "echo x > file"]} """);
        Assert.StartsWith(_step.Folders.Scratch, _step.Said, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_step.Folders.Scratch));
    }

    [Fact]
    public async Task Secrets_AreInNoProcessList()
    {
        await using var machine = new LocalShell("dash");
        await _step.RunAsync(machine, """
            "local": {"inline": ["echo inline-secret-4711 > /dev/null", "ps -eo args | grep -e 'inline-[s]ecret' -e 'env-[s]ecret' && exit 1", "exit 0"], "environment": {"T": "env-secret-4712"}, "interpreter": "/bin/sh"}
            """);
    }

    [Fact]
    public async Task ExitCode_Accepted_OrFailsWithHint()
    {
        await using var machine = new LocalShell("dash");
        Assert.Equal(3, await _step.RunAsync(machine, """ "local": {"inline": ["exit 3"], "exitCodes": [3]} """));
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(machine, """ "local": {"inline": ["no-such-program"]} """));
        Assert.Equal((127, "`no-such-program` ended with exit code 127 on the builder"), (error.ExitCode, error.Message));
        Assert.Contains("container", error.Hint, StringComparison.Ordinal);
    }

    /// <summary>In the background, in a session of its own, deaf to TERM: whatever it started ends with it.</summary>
    [Theory]
    [InlineData("sleep 987601 & exit 0", "987601")]
    [InlineData("setsid sleep 987602 < /dev/null > /dev/null 2>&1 & exit 0", "987602")]
    [InlineData("setsid sh -c 'trap \"\" TERM; sleep 987603 & wait; sleep 987603' > /dev/null 2>&1 & exit 0", "987603")]
    public async Task Ended_LeavesNothingRunning(string line, string mark)
    {
        await using var machine = new LocalShell("dash");
        await _step.RunAsync(machine, new Api.Provisioners.Provisioner { Name = "step", Local = new() { Inline = [line] } });
        Assert.False(Runs(mark));
    }

    [Fact]
    public async Task Cancelled_LeavesNothingRunning()
    {
        await using var machine = new LocalShell("dash");
        using var stop = new CancellationTokenSource();
        var marker = Path.Combine(_step.Folders.Workspace, "started");
        var running = _step.RunAsync(
            machine,
            new Api.Provisioners.Provisioner { Name = "step", Local = new() { Inline = [$"setsid sleep 987604 & touch {marker}; sleep 987604"] } },
            stop.Token);
        while (!File.Exists(marker)) await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.True(Runs("987604"));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.False(Runs("987604"));
    }

    private static bool Runs(string mark) => Directory.EnumerateDirectories("/proc").Where(d => char.IsDigit(Path.GetFileName(d)[0])).Any(d =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(d, "cmdline")).Contains($"\0{mark}\0", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    });
}
