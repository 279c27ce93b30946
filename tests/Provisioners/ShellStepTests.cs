using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Provisioners.Tests;

public sealed class ShellStepTests : IDisposable
{
    private readonly Step _step = new();

    public static TheoryData<string> Shells => ["dash", "bash", "busybox"];

    public void Dispose() => _step.Dispose();

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Inline_WithEnvironmentAndArguments_SeesThemWhole(string shell)
    {
        await using var machine = new LocalShell(shell);
        var odd = "it's \"odd\" $HOME `id`\nsecond line\\";
        await _step.RunAsync(machine, new ShellProvisioner
        {
            Inline = ["printf '%s\\n' \"$ODD\"", "printf '<%s>' \"$@\"", "cat"],
            Environment = new Dictionary<string, string> { ["ODD"] = odd },
            Args = ["a b", odd, ""],
        });
        Assert.Equal(string.Join('\n', odd, $"<a b><{odd}><>"), string.Join('\n', _step.Output));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Inline_StopsAtTheFirstFailure(string shell)
    {
        await using var machine = new LocalShell(shell);
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(machine, new ShellProvisioner { Inline = ["echo one", "(exit 7)", "echo two"] }));
        Assert.Equal(7, error.ExitCode);
        Assert.Equal("`echo one …` ended with exit code 7", error.Message);
        Assert.Equal(["one"], _step.Output);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Secrets_AreInNoProcessListAndNoFile(string shell)
    {
        await using var machine = new LocalShell(shell);
        await _step.RunAsync(machine, new ShellProvisioner
        {
            Inline = ["echo script-secret-4711 > /dev/null", "ps -eo args | grep -e 'script-[s]ecret' -e 'env-[s]ecret' && exit 1", $"grep -r 'env-[s]ecret-' {machine.Temp} && exit 2", "exit 0"],
            Environment = new Dictionary<string, string> { ["TOKEN"] = "env-secret-" + 4712 },
            Interpreter = "/bin/sh",
        });
        Assert.Empty(Directory.GetFileSystemEntries(machine.Temp));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task TempFolder_IsPrivateAndGoesAfterFailure(string shell)
    {
        await using var machine = new LocalShell(shell);
        await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(machine, new ShellProvisioner { Inline = [$"stat -c %a {machine.Temp}/*", "umask", "kill -9 $$"] }));
        // The two streams come by two pipes here: only within each is there an order.
        var output = _step.Output.Where(line => !line.StartsWith('!')).ToList();
        Assert.Equal("700", output[0]);
        Assert.NotEqual("0077", output[1]);
        Assert.Empty(Directory.GetFileSystemEntries(machine.Temp));
    }

    [Fact]
    public async Task Script_WithItsInterpreter_Runs()
    {
        await using var machine = new LocalShell("dash");
        _step.AddFile("scripts/hello.awk", "BEGIN { print \"hello from awk\" }\n");
        Assert.Equal(0, await _step.RunAsync(machine, new ShellProvisioner { Script = "scripts/hello.awk", Interpreter = "/usr/bin/awk  -f" }));
        Assert.Equal(["hello from awk"], _step.Output);
    }

    [Fact]
    public async Task Script_Missing_ListsNearNames()
    {
        await using var machine = new LocalShell("dash");
        _step.AddFile("scripts/install.sh", "");
        _step.AddFile("scripts/zzz.txt", "");
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(machine, new ShellProvisioner { Script = "scripts/instal.sh" }));
        Assert.Equal("script: there is no scripts/instal.sh in the workspace", error.Message);
        Assert.Equal("there are: scripts/install.sh, scripts/zzz.txt", error.Hint);
    }

    [Theory]
    [InlineData("../outside.sh")]
    [InlineData("link.sh")]
    [InlineData("folder/../../outside.sh")]
    public async Task Script_OutsideTheWorkspace_IsRefused(string script)
    {
        await using var machine = new LocalShell("dash");
        await File.WriteAllTextAsync(Path.Combine(_step.Folders.Workspace, "../outside.sh"), "echo", TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(Path.Combine(_step.Folders.Workspace, "link.sh"), "../outside.sh");
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(machine, new ShellProvisioner { Script = script }));
        Assert.Contains("leads out", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExitCode_Accepted_IsSuccess()
    {
        await using var machine = new LocalShell("dash");
        Assert.Equal(3, await _step.RunAsync(machine, new ShellProvisioner { Inline = ["exit 3"], ExitCodes = [0, 3] }));
    }

    [Fact]
    public async Task Interpreter_Missing_IsHinted()
    {
        await using var machine = new LocalShell("dash");
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(machine, new ShellProvisioner { Inline = ["x"], Interpreter = "/usr/bin/nosuch" }));
        Assert.Equal(127, error.ExitCode);
        Assert.Contains("/usr/bin/nosuch", error.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#!/bin/sh\necho 'sudo: a password is required' >&2\nexit 1\n", "NOPASSWD")]
    [InlineData("#!/bin/sh\necho 'sh: 1: sudo: not found' >&2\nexit 127\n", "sudo is not installed")]
    public async Task Sudo_ThatRefuses_IsHinted(string sudo, string hint)
    {
        await using var machine = new LocalShell("dash");
        machine.AddProgram("sudo", sudo);
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(machine, new ShellProvisioner { Inline = ["true"], Sudo = new Sudo() }));
        Assert.Contains(hint, error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sudo_IsAskedForTheUser()
    {
        await using var machine = new LocalShell("dash");
        machine.AddProgram("sudo", "#!/bin/sh\necho \"$1 $2 $3\"\nshift 3\nexec \"$@\"\n");
        await _step.RunAsync(machine, new ShellProvisioner { Inline = ["echo \"$A\""], Sudo = new Sudo { User = "www-data" }, Environment = new Dictionary<string, string> { ["A"] = "kept" } });
        Assert.Equal(["-n -u www-data", "kept"], _step.Output);
    }

    [Fact]
    public async Task Environment_BadName_IsRefused()
    {
        await using var machine = new LocalShell("dash");
        var error = await Assert.ThrowsAsync<StepException>(
            () => _step.RunAsync(machine, new ShellProvisioner { Inline = ["true"], Environment = new Dictionary<string, string> { ["A=1;id"] = "" } }));
        Assert.Contains("A=1;id", error.Message, StringComparison.Ordinal);
    }
}
