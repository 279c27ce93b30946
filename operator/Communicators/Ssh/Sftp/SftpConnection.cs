using System.Buffers.Binary;
using System.Collections.Concurrent;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.SshNet;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Communicators.Ssh.Sftp;

/// <summary>The SFTP subsystem in a channel: many requests may be under way, each gets its own answer.</summary>
internal sealed class SftpConnection : IDisposable
{
    private const int LongestMessage = 512 * 1024;
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<SftpReader>> _waiting = new();
    private readonly TaskCompletionSource _greeted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _sending = new(1);
    private readonly ExecChannel _channel;
    private Exception? _ended;
    private uint _next;

    private SftpConnection(ExecChannel channel) => _channel = channel;

    public static async Task<SftpConnection> StartAsync(ChannelHub hub, CancellationToken cancellationToken)
    {
        var connection = new SftpConnection(await hub.OpenSubsystemAsync("sftp", cancellationToken).ConfigureAwait(false));
        _ = connection.ReadAllAsync();
        await connection._channel.WriteAsync(new byte[] { 0, 0, 0, 5, (byte)SftpType.Init, 0, 0, 0, 3 }, cancellationToken).ConfigureAwait(false);
        await connection._greeted.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return connection;
    }

    /// <summary>Sends a request; completes with its answer.</summary>
    public async Task<Task<SftpReader>> SendAsync(SftpType type, SftpWriter fields, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<SftpReader>(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = Interlocked.Increment(ref _next);
        _waiting[id] = answer;
        if (_ended is { } ended) throw new ConnectionException(ConnectionReason.SessionBroken, $"SFTP ended: {ended.Message}", inner: ended);
        var message = new byte[9 + fields.Written.Length];
        BinaryPrimitives.WriteUInt32BigEndian(message, (uint)message.Length - 4);
        message[4] = (byte)type;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(5), id);
        fields.Written.CopyTo(message.AsSpan(9));
        // Not cancelled halfway: what follows would be read as the rest of this message.
        await WriteAsync(message).WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer.Task;
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    public async Task<SftpReader> AskAsync(SftpType type, SftpWriter fields, CancellationToken cancellationToken) =>
        await (await SendAsync(type, fields, cancellationToken).ConfigureAwait(false)).WaitAsync(cancellationToken).ConfigureAwait(false);

    // The semaphore is left as it is: a write that was not waited for may still hold it.
    public void Dispose() => _channel.Close();

    private async Task WriteAsync(byte[] message)
    {
        await _sending.WaitAsync().ConfigureAwait(false);
        try
        {
            await _channel.WriteAsync(message, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReadAllAsync()
    {
        try
        {
            var pending = new MemoryStream();
            while (await _channel.ReadAsync(CancellationToken.None).ConfigureAwait(false) is { } packet)
            {
                if (packet.Stream != Engine.Ports.OutputStream.Stdout) continue;
                pending.Write(packet.Bytes.Span);
                Deliver(pending);
            }

            End(new IOException("the server closed it"));
        }
        catch (Exception error)
        {
            End(error);
        }
    }

    private void Deliver(MemoryStream pending)
    {
        var bytes = pending.GetBuffer().AsSpan(0, (int)pending.Length);
        var at = 0;
        while (bytes.Length - at >= 4)
        {
            var size = (int)BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            if (size is < 1 or > LongestMessage) throw new IOException("what answers is no SFTP server");
            if (bytes.Length - at < 4 + size) break;
            Deliver(bytes.Slice(at + 4, size));
            at += 4 + size;
        }

        if (at == 0) return;
        var rest = bytes[at..].ToArray();
        pending.SetLength(0);
        pending.Write(rest);
    }

    private void Deliver(ReadOnlySpan<byte> message)
    {
        var type = (SftpType)message[0];
        if (type == SftpType.Version) _greeted.TrySetResult();
        else if (_waiting.TryRemove(BinaryPrimitives.ReadUInt32BigEndian(message[1..]), out var answer)) answer.TrySetResult(new(type, message[5..].ToArray()));
    }

    private void End(Exception error)
    {
        _ended = error;
        _greeted.TrySetException(error);
        foreach (var answer in _waiting.Values) answer.TrySetException(error);
    }
}
