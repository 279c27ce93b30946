using System.Collections.Concurrent;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Commands;
using ImageOperator.Communicators.Ssh.Guests;
using ImageOperator.Communicators.Ssh.Transfers;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh;

/// <summary>A session, over as many logins as it takes.</summary>
internal sealed class SshSession(SessionLine line) : ICommunicator
{
    private readonly ConcurrentQueue<string> _written = new();
    private int _disposed;

    /// <inheritdoc/>
    public async Task<CommandResult> ExecuteAsync(RemoteCommand command, Action<OutputStream, string> output, CancellationToken cancellationToken)
    {
        var live = await line.UseAsync(cancellationToken).ConfigureAwait(false);
        var stdout = new LineAssembler(line => output(OutputStream.Stdout, line));
        var stderr = new LineAssembler(line => output(OutputStream.Stderr, line));
        try
        {
            return new CommandResult(await live.Commands.RunAsync(
                command.CommandLine,
                async (channel, stop) => await channel.WriteAsync(command.StandardInput ?? default, stop).ConfigureAwait(false),
                packet =>
                {
                    if (command.TakeBytes is { } take) take(packet.Stream, packet.Bytes);
                    else (packet.Stream == OutputStream.Stdout ? stdout : stderr).Add(packet.Bytes.Span);
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
    public async Task UploadAsync(FileTransfer transfer, CancellationToken cancellationToken)
    {
        Remember(transfer.RemotePath);
        var live = await line.UseAsync(cancellationToken).ConfigureAwait(false);
        await new Upload(live.Scripts, transfer).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task DownloadAsync(FileTransfer transfer, CancellationToken cancellationToken)
    {
        var live = await line.UseAsync(cancellationToken).ConfigureAwait(false);
        await new Download(live.Scripts, transfer).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<RebootResult> RebootAsync(RebootRequest request, CancellationToken cancellationToken) => new Reboot(line, request).RunAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Diagnosis>> ExamineAsync(CancellationToken cancellationToken) => new Examination(line).RunAsync(_written, cancellationToken);

    // Where files went last is looked at when something fails.
    private void Remember(string path)
    {
        _written.Enqueue(path);
        if (_written.Count > 5) _written.TryDequeue(out _);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) await line.DisposeAsync().ConfigureAwait(false);
    }
}
