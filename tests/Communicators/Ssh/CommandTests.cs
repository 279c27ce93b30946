using ImageOperator.Communicators.Ssh.Tests.Servers;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Tests;

/// <summary>Runs the same tests against OpenSSH and dropbear.</summary>
public abstract class CommandTests : IAsyncLifetime
{
    private SshServer _server = null!;
    private ICommunicator _session = null!;

    public async ValueTask InitializeAsync()
    {
        _server = CreateServer(Sessions.NewCredentials());
        await _server.StartAsync();
        _session = await _server.ConnectAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is not null) await _session.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }

    [Fact]
    public async Task Execute_OutputAndExitCode_AreTold()
    {
        var (exitCode, stdout, stderr) = await _session.RunAsync("echo one; echo two >&2; printf three; exit 7");
        Assert.Equal(7, exitCode);
        Assert.Equal(["one", "three"], stdout);
        Assert.Equal(["two"], stderr);
    }

    /// <summary>The end of our input and the end of the command cross on the wire: what comes after a channel's close would end the whole session.</summary>
    [Fact]
    public async Task Execute_ManyThatEndAtOnce_TheSessionLives()
    {
        for (var i = 0; i < 10; i++)
        {
            var ended = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _session.RunAsync(":")));
            Assert.All(ended, e => Assert.Equal(0, e.ExitCode));
        }
    }

    [Fact]
    public async Task Execute_EndedBySignal_GivesTheShellsCode()
    {
        Assert.Equal(137, (await _session.RunAsync("kill -9 $$")).ExitCode);
    }

    [Fact]
    public async Task Execute_WithoutInput_SeesItsEnd()
    {
        Assert.Equal(["0"], (await _session.RunAsync("wc -c")).Stdout);
    }

    [Fact]
    public async Task Execute_LargeInput_Arrives()
    {
        var input = new byte[5_000_000];
        Random.Shared.NextBytes(input);
        Assert.Equal([Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(input))], (await _session.RunAsync("sha256sum | cut -c1-64", input)).Stdout);
    }

    [Fact]
    public async Task Execute_InputNotRead_DoesNotHang()
    {
        Assert.Equal(3, (await _session.RunAsync("exit 3", new byte[20_000_000])).ExitCode);
    }

    [Fact]
    public async Task Execute_ManyLines_AllComeInOrder()
    {
        var (_, stdout, _) = await _session.RunAsync("seq 1 100000");
        Assert.Equal(Enumerable.Range(1, 100_000).Select(n => n.ToString()), stdout);
    }

    [Fact]
    public async Task Execute_Concurrently_KeepsThemApart()
    {
        var runs = Enumerable.Range(0, 30).Select(n => _session.RunAsync($"for i in 1 2 3; do echo {n}-$i; done; exit {n}")).ToList();
        await Task.WhenAll(runs);
        for (var n = 0; n < runs.Count; n++)
        {
            var (exitCode, stdout, _) = await runs[n];
            Assert.Equal(n, exitCode);
            Assert.Equal([$"{n}-1", $"{n}-2", $"{n}-3"], stdout);
        }
    }

    [Fact]
    public async Task Execute_DaemonLeftBehind_Ends()
    {
        var (exitCode, stdout, _) = await _session.RunAsync("sleep 20.123 & echo started $!");
        Assert.Equal(0, exitCode);
        await _session.RunAsync($"kill {stdout[0].Split(' ')[1]}");
    }

    [Fact]
    public async Task Execute_Cancelled_LeavesNoProcess()
    {
        var mark = Random.Shared.Next(100_000, 999_999);
        using var stop = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var running = _session.ExecuteAsync(
            new RemoteCommand { CommandLine = $"(trap '' TERM; sleep 77.{mark}; sleep 88.{mark}) & setsid sleep 99.{mark} & sh -c 'echo up; sleep 66.{mark}; true'" },
            (_, _) => started.TrySetResult(),
            stop.Token);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        var (_, left) = await Tools.RunAsync("/bin/ps", "-eo", "pid,stat,args");
        Assert.DoesNotContain(left.Split('\n'), line => line.Contains($".{mark}", StringComparison.Ordinal) && !line.Contains(" Z", StringComparison.Ordinal));
        Assert.Equal(0, (await _session.RunAsync("true")).ExitCode);
    }

    protected abstract SshServer CreateServer(MachineCredentials credentials);
}

public sealed class OpenSshCommandTests : CommandTests
{
    protected override SshServer CreateServer(MachineCredentials credentials) => new OpenSshServer(credentials);
}

public sealed class DropbearCommandTests : CommandTests
{
    protected override SshServer CreateServer(MachineCredentials credentials) => new DropbearServer(credentials);
}
