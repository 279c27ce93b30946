using System.Diagnostics;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Connecting;
using ImageOperator.Communicators.Ssh.Tests.Servers;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Tests;

/// <summary>Guests that are broken, and how it is told.</summary>
public sealed class ConnectTests
{
    private readonly MachineCredentials _credentials = Sessions.NewCredentials();

    [Fact]
    public async Task NothingListens_IsRefused() => await FailsAsync(Loopback.FreePort(), ConnectionLayer.Refused, "refuses");

    [Fact]
    public async Task ClosesAtOnce_IsRefused()
    {
        await using var server = new BrokenServer((_, _) => Task.CompletedTask);
        await FailsAsync(server.Port, ConnectionLayer.Refused, "without a greeting");
        Assert.InRange(server.Connections, 3, 20);
    }

    [Fact]
    public async Task Silent_IsBannerAndFewConnections()
    {
        await using var server = new BrokenServer(BrokenServer.Says("", thenCloses: false));
        await FailsAsync(server.Port, ConnectionLayer.Banner, "does not greet", timeout: 2.5);
        Assert.InRange(server.Connections, 2, 3);
    }

    [Fact]
    public async Task OtherProtocol_IsBannerAndShown()
    {
        await using var server = new BrokenServer(BrokenServer.Says("HTTP/1.1 400 Bad Request\r\n\r\n", thenCloses: true));
        await FailsAsync(server.Port, ConnectionLayer.Banner, "HTTP/1.1 400 Bad Request");
    }

    [Fact]
    public async Task OtherProtocolThatStays_IsBanner()
    {
        await using var server = new BrokenServer(BrokenServer.Says("220 mail ready\r\n", thenCloses: false));
        await FailsAsync(server.Port, ConnectionLayer.Banner, "", timeout: 2);
    }

    [Fact]
    public async Task GreetsAndCloses_IsKeyExchange()
    {
        await using var server = new BrokenServer(BrokenServer.Says("SSH-2.0-broken\r\n", thenCloses: true));
        await FailsAsync(server.Port, ConnectionLayer.KeyExchange, "");
    }

    [Fact]
    public async Task OtherHostKey_IsHostKey()
    {
        await using var server = new OpenSshServer(_credentials) { HostKey = Sessions.NewCredentials().HostPrivateKey };
        await server.StartAsync();
        await FailsAsync(server.Port, ConnectionLayer.HostKey, "not pinned");
    }

    [Fact]
    public async Task KeyNotAccepted_IsAuthentication()
    {
        await using var server = new OpenSshServer(_credentials) { AcceptedKey = Sessions.NewCredentials().PublicKey };
        await server.StartAsync();
        await FailsAsync(server.Port, ConnectionLayer.Authentication, "refuses the login");
    }

    [Fact]
    public async Task KeyAcceptedLater_Connects()
    {
        await using var server = new OpenSshServer(_credentials) { AcceptedKey = "" };
        await server.StartAsync();
        var connecting = ConnectAsync(server.Port, 15);
        await Task.WhenAny(connecting, Task.Delay(1500, TestContext.Current.CancellationToken));
        server.Write("authorized_keys", _credentials.PublicKey + "\n");
        await using var session = await connecting;
    }

    [Fact]
    public async Task NoCommonKeyExchange_FailsAtOnce()
    {
        await using var server = new OpenSshServer(_credentials, "KexAlgorithms diffie-hellman-group14-sha1");
        await server.StartAsync();
        var watch = Stopwatch.StartNew();
        await FailsAsync(server.Port, ConnectionLayer.KeyExchange, "diffie-hellman-group14-sha1", timeout: 30);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public async Task MachineEnds_IsToldAtOnce()
    {
        var port = Loopback.FreePort();
        var machine = new FakeMachine(port);
        var connecting = Sessions.Factory.ConnectAsync(Sessions.Request(port, _credentials, 30, machine: machine), default);
        machine.End("its process was killed");
        var error = await Assert.ThrowsAsync<ConnectionException>(() => connecting.WaitAsync(TimeSpan.FromSeconds(5)));
        Assert.Equal(ConnectionLayer.Machine, error.Layer);
        Assert.Contains("its process was killed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelled_ThrowsCancellation()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Sessions.Factory.ConnectAsync(Sessions.Request(Loopback.FreePort(), _credentials, 30), stop.Token));
    }

    [Fact]
    public async Task SlowBanner_Connects()
    {
        await using var server = new OpenSshServer(_credentials);
        await server.StartAsync();
        var first = true;
        await using var slow = new BrokenServer(async (stream, stop) =>
        {
            if (first)
            {
                first = false;
                await Task.Delay(2500, stop);
            }
            else
            {
                await Task.Delay(Timeout.Infinite, stop);
            }

            using var target = new System.Net.Sockets.TcpClient("127.0.0.1", server.Port);
            await Task.WhenAny(stream.CopyToAsync(target.GetStream(), stop), target.GetStream().CopyToAsync(stream, stop));
        });
        await using var session = await ConnectAsync(slow.Port, 15);
        Assert.Equal(0, (await session.RunAsync("true")).ExitCode);
    }

    [Fact]
    public async Task SudoAsks_IsSaidByTheCopy()
    {
        await using var server = new OpenSshServer(_credentials) { SudoAsks = true };
        await server.StartAsync();
        await using var session = await ConnectAsync(server.Port, 15);
        var error = await Assert.ThrowsAsync<IOException>(
            () => session.UploadAsync(new FileTransfer { LocalPath = server.Write("file", "x"), RemotePath = server.Folder + "/copy", Sudo = true }, default));
        Assert.Contains("sudo: a password is required", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HalfOpen_IsNoticedByKeepAlive_AndReplaced()
    {
        await using var server = new OpenSshServer(_credentials);
        await server.StartAsync();
        await using var relay = new Relay(server.Port);
        relay.Start();
        await using var session = await Sessions.Factory.ConnectAsync(Sessions.Request(relay.Port, _credentials, 3, keepAlive: 0.3), default);
        var running = session.RunAsync("sleep 30.5");
        relay.Freeze();
        var error = await Assert.ThrowsAsync<ConnectionException>(() => running.WaitAsync(TimeSpan.FromSeconds(8)));
        Assert.Equal(ConnectionReason.PeerSilent, error.Reason);
        error = await Assert.ThrowsAsync<ConnectionException>(() => session.RunAsync("true").WaitAsync(TimeSpan.FromSeconds(15)));
        Assert.Equal(ConnectionReason.NoGreeting, error.Reason);
        relay.Thaw();
        Assert.Equal(0, (await session.RunAsync("true")).ExitCode);
    }

    [Fact]
    public async Task Cut_FailsTheCommand()
    {
        await using var server = new OpenSshServer(_credentials);
        await server.StartAsync();
        await using var relay = new Relay(server.Port);
        relay.Start();
        await using var session = await ConnectAsync(relay.Port, 15);
        var started = new TaskCompletionSource();
        var running = session.ExecuteAsync(new RemoteCommand { CommandLine = "echo up; sleep 31.5" }, (_, _) => started.TrySetResult(), default);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(10));
        relay.Cut();
        var error = await Assert.ThrowsAsync<ConnectionException>(() => running.WaitAsync(TimeSpan.FromSeconds(8)));
        Assert.Equal(ConnectionLayer.Session, error.Layer);
        Assert.Equal(0, (await session.RunAsync("true")).ExitCode);
    }

    [Fact]
    public async Task ServerStartsLate_IsConnectedSoonAfter()
    {
        await using var server = new OpenSshServer(_credentials);
        var connecting = ConnectAsync(server.Port, 15);
        await Task.WhenAny(connecting, Task.Delay(1200, TestContext.Current.CancellationToken));
        await server.StartAsync();
        var watch = Stopwatch.StartNew();
        await using var session = await connecting;
        TestContext.Current.SendDiagnosticMessage($"connected {watch.ElapsedMilliseconds} ms after the start of sshd");
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 3);
    }

    private Task<ICommunicator> ConnectAsync(int port, double timeout) => Sessions.Factory.ConnectAsync(Sessions.Request(port, _credentials, timeout), default);

    private async Task FailsAsync(int port, ConnectionLayer layer, string text, double timeout = 1.5)
    {
        var error = await Assert.ThrowsAsync<ConnectionException>(() => ConnectAsync(port, timeout).WaitAsync(TimeSpan.FromSeconds(timeout + 5)));
        Assert.Equal((layer, error.Message), (error.Layer, error.Message));
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        Assert.Equal(layer, error.Reason!.Value.Layer());
        Assert.Equal(ConnectionHints.For(error.Reason.Value, "root"), error.Hint);
        TestContext.Current.SendDiagnosticMessage(error.Message);
    }
}
