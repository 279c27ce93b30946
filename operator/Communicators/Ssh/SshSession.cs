using System.Net.Sockets;
using ImageOperator.Communicators.Ssh.Commands;
using ImageOperator.Communicators.Ssh.SshNet;
using ImageOperator.Communicators.Ssh.Transfers;
using ImageOperator.Engine.Ports;
using Renci.SshNet;

namespace ImageOperator.Communicators.Ssh;

/// <summary>A logged-in session.</summary>
internal sealed class SshSession : ICommunicator
{
    private readonly CancellationTokenSource _disposed = new();
    private readonly Session _session;
    private readonly Socket _socket;
    private readonly CommandRunner _commands;
    private readonly ScriptRunner _scripts;
    private readonly Task _keepAlive;

    public SshSession(Session session, Socket socket, TimeSpan keepAliveInterval, TimeProvider time)
    {
        _session = session;
        _socket = socket;
        Hub = new ChannelHub(session);
        _commands = new CommandRunner(Hub, time);
        _scripts = new ScriptRunner(_commands);
        _keepAlive = new KeepAlive(session, socket, Hub, keepAliveInterval, time).RunAsync(_disposed.Token);
    }

    internal ChannelHub Hub { get; }

    /// <inheritdoc/>
    public async Task<CommandResult> ExecuteAsync(RemoteCommand command, Action<OutputStream, string> output, CancellationToken cancellationToken)
    {
        var stdout = new LineAssembler(line => output(OutputStream.Stdout, line));
        var stderr = new LineAssembler(line => output(OutputStream.Stderr, line));
        try
        {
            return new CommandResult(await _commands.RunAsync(
                command.CommandLine,
                async (channel, stop) => await channel.WriteAsync(command.StandardInput ?? default, stop).ConfigureAwait(false),
                packet =>
                {
                    (packet.Stream == OutputStream.Stdout ? stdout : stderr).Add(packet.Bytes.Span);
                    return ValueTask.CompletedTask;
                },
                cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            stdout.Complete();
            stderr.Complete();
        }
    }

    /// <inheritdoc/>
    public Task UploadAsync(FileTransfer transfer, CancellationToken cancellationToken) => new Upload(_scripts, transfer).RunAsync(cancellationToken);

    /// <inheritdoc/>
    public Task DownloadAsync(FileTransfer transfer, CancellationToken cancellationToken) => new Download(_scripts, transfer).RunAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed.IsCancellationRequested) return;
        await _disposed.CancelAsync().ConfigureAwait(false);
        await _keepAlive.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        // Waits for SSH.NET's receiving thread.
        await Task.Run(_session.Dispose).ConfigureAwait(false);
        _commands.Dispose();
        _disposed.Dispose();
    }
}
