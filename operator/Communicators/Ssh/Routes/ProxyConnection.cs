using System.Net.Sockets;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Connecting;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Routes;

/// <summary>What the routes through proxies have in common: reaching the proxy, and telling its failures from the machine's.</summary>
internal static class ProxyConnection
{
    public const string Hop = "proxy";

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Connects to the proxy and has it connect on.</summary>
    public static async Task<Socket> OpenAsync(
        IRoute inner, MachineEndpoint proxy, Func<Socket, CancellationToken, Task> ask, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        Socket? socket = null;
        try
        {
            socket = await inner.ConnectAsync(proxy, either.Token).ConfigureAwait(false);
            await ask(socket, either.Token).ConfigureAwait(false);
            return socket;
        }
        catch (Exception error)
        {
            socket?.Dispose();
            throw error switch
            {
                SocketException e when socket is null => Failed(SocketFailures.Explain(e, proxy, connected: false)),
                SocketException e => Failed(new(ConnectionReason.ProxyFailed, $"the proxy {proxy.Host}:{proxy.Port} broke off: {e.Message}", Error: e)),
                OperationCanceledException when !cancellationToken.IsCancellationRequested =>
                    Failed(new(ConnectionReason.NoAnswer, $"the proxy {proxy.Host}:{proxy.Port} does not answer")),
                _ => error,
            };
        }
    }

    /// <summary>The exception of a failure of the proxy itself.</summary>
    public static RouteException Failed(ConnectFailure failure) => new(failure with { Hop = Hop });

    /// <summary>Reads exactly as much.</summary>
    public static async Task<byte[]> ReadAsync(Socket socket, int size, CancellationToken cancellationToken)
    {
        var buffer = new byte[size];
        for (var read = 0; read < size;)
        {
            var more = await socket.ReceiveAsync(buffer.AsMemory(read), cancellationToken).ConfigureAwait(false);
            if (more == 0) throw Failed(new(ConnectionReason.ProxyFailed, "the proxy closed the connection instead of an answer"));
            read += more;
        }

        return buffer;
    }
}
