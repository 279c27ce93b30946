using System.Threading.Channels;
using ImageOperator.Engine.Clouds;

namespace ImageOperator.Platforms.Aws.SessionManager;

/// <summary>A data channel as a connection. To dispose of it ends the session.</summary>
internal sealed class TunnelStream(DataChannel channel, Func<ValueTask> end) : AsyncStream
{
    private ReadOnlyMemory<byte> _rest;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest.IsEmpty && !await NextAsync(cancellationToken).ConfigureAwait(false)) return 0;
        var read = 0;
        while (read < buffer.Length && (!_rest.IsEmpty || channel.Output.TryRead(out _rest)))
        {
            var part = _rest[..Math.Min(_rest.Length, buffer.Length - read)];
            part.CopyTo(buffer[read..]);
            (_rest, read) = (_rest[part.Length..], read + part.Length);
        }

        return read;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A session that is over takes nothing more: who waits for room would wait for ever.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = channel.WriteAsync(buffer, stop.Token);
        if (await Task.WhenAny(writing, channel.Ended).ConfigureAwait(false) != writing)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new IOException($"the tunnel's session ended: {(await channel.Ended.ConfigureAwait(false)).Reason}");
        }

        await writing.ConfigureAwait(false);
    }

    protected override ValueTask EndAsync() => end();

    private async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            _rest = await channel.Output.ReadAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ChannelClosedException e) when (e.InnerException is null)
        {
            return false;
        }
        catch (ChannelClosedException e)
        {
            throw e.InnerException!;
        }
    }
}
