using System.Collections.Concurrent;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Commands;
using ImageOperator.Communicators.Ssh.Connecting;
using ImageOperator.Communicators.Ssh.Guests;
using ImageOperator.Communicators.Ssh.Sftp;
using ImageOperator.Communicators.Ssh.Transfers;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh;

/// <summary>A session, over as many logins as it takes.</summary>
internal sealed class SshSession(SessionLine line) : ICommunicator
{
    private const int MostTries = 3;
    private readonly ConcurrentQueue<string> _written = new();
    private int _disposed;

    /// <inheritdoc/>
    public async Task<CommandResult> ExecuteAsync(RemoteCommand command, Action<OutputStream, string> output, CancellationToken cancellationToken)
    {
        var live = await line.UseAsync(cancellationToken).ConfigureAwait(false);
        if (live.Facts.NoCommands is { } why) throw new ConnectionException(why.Reason, why.Text, ConnectionHints.For(why.Reason, line.User), why.Error);
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
        Upload? before = null;
        await TransferAsync(
            async live =>
            {
                if (live.Facts.NoCommands is not null)
                {
                    await new SftpTransfer(live.Hub, transfer).UploadAsync(cancellationToken).ConfigureAwait(false);
                    return;
                }

                if (before is not null) await before.RemovePartAsync(live.Scripts, cancellationToken).ConfigureAwait(false);
                before = new Upload(live.Scripts, transfer, line.Time);
                try
                {
                    await before.RunAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (NoTarException) when (!transfer.Sudo && transfer.Owner is null)
                {
                    await new SftpTransfer(live.Hub, transfer).UploadAsync(cancellationToken).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task DownloadAsync(FileTransfer transfer, CancellationToken cancellationToken)
    {
        await TransferAsync(
            async live =>
            {
                try
                {
                    if (live.Facts.NoCommands is not null) throw new NoTarException("there is no shell on the machine");
                    await new Download(live.Scripts, transfer).RunAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (NoTarException) when (!transfer.Sudo)
                {
                    await new SftpTransfer(live.Hub, transfer).DownloadAsync(cancellationToken).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A copy that broke off with its session is begun anew: unlike a command, it may be.</summary>
    private async Task TransferAsync(Func<LiveSession, Task> copy, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var live = await line.UseAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await copy(live).ConfigureAwait(false);
                return;
            }
            catch (ConnectionException error) when (live.Hub.Broken is not null && tries < MostTries)
            {
                var next = await line.UseAsync(cancellationToken).ConfigureAwait(false);
                if (next.Facts.BootId == live.Facts.BootId) continue;
                throw new ConnectionException(
                    ConnectionReason.GuestRebooted, $"the guest has booted anew during a copy: {error.Message}", ConnectionHints.For(ConnectionReason.GuestRebooted, line.User), error);
            }
        }
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
