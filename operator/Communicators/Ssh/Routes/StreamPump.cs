using System.Net.Sockets;

namespace ImageOperator.Communicators.Ssh.Routes;

/// <summary>Passes bytes between a socket and a stream until either ends; then both have.</summary>
internal sealed class StreamPump(Socket socket, Stream stream)
{
    private const int BufferSize = 64 * 1024;

    public void Start() => _ = RunAsync();

    private async Task RunAsync()
    {
        using var stop = new CancellationTokenSource();
        var (up, down) = (UpAsync(stop.Token), DownAsync(stop.Token));
        await Task.WhenAny(up, down).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        socket.Dispose();
        await stream.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(up, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task UpAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        while (await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var size)
        {
            await stream.WriteAsync(buffer.AsMemory(0, size), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task DownAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var size)
        {
            for (var rest = buffer.AsMemory(0, size); !rest.IsEmpty;) rest = rest[await socket.SendAsync(rest, cancellationToken).ConfigureAwait(false)..];
        }
    }
}
