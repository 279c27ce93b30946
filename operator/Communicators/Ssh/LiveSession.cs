using System.Net.Sockets;
using ImageOperator.Communicators.Ssh.Commands;
using ImageOperator.Communicators.Ssh.Guests;
using ImageOperator.Communicators.Ssh.SshNet;
using ImageOperator.Communicators.Ssh.Transfers;
using Renci.SshNet;

namespace ImageOperator.Communicators.Ssh;

/// <summary>One login, as long as it lasts.</summary>
internal sealed class LiveSession : IAsyncDisposable
{
    private readonly CancellationTokenSource _disposed = new();
    private readonly Session _session;
    private readonly Socket _socket;
    private readonly Task _keepAlive;

    public LiveSession(Session session, Socket socket, TimeSpan keepAliveInterval, TimeProvider time)
    {
        _session = session;
        _socket = socket;
        Time = time;
        Hub = new ChannelHub(session);
        Commands = new CommandRunner(Hub, time);
        Scripts = new ScriptRunner(Commands);
        _keepAlive = new KeepAlive(session, socket, Hub, keepAliveInterval, time).RunAsync(_disposed.Token);
    }

    public TimeProvider Time { get; }

    public ChannelHub Hub { get; }

    public CommandRunner Commands { get; }

    public ScriptRunner Scripts { get; }

    /// <summary>What the guest was found to be at the login.</summary>
    public GuestFacts Facts { get; set; } = GuestFacts.Unknown;

    public async ValueTask DisposeAsync()
    {
        if (_disposed.IsCancellationRequested) return;
        await _disposed.CancelAsync().ConfigureAwait(false);
        await _keepAlive.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        // Waits for SSH.NET's receiving thread.
        await Task.Run(_session.Dispose).ConfigureAwait(false);
        Commands.Dispose();
        _disposed.Dispose();
    }
}
