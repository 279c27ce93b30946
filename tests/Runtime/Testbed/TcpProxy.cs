using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ImageOperator.Runtime.Tests.Testbed;

/// <summary>A TCP proxy that can go silent with its connections open, as a lost network does, or refuse.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<Socket, byte> sockets = [];
    private readonly int target;
    private Socket? listener;
    private Task accepting = Task.CompletedTask;
    private TaskCompletionSource flowing = Completed();

    public TcpProxy(int target)
    {
        this.target = target;
        Port = FreePort.Next();
        Listen();
    }

    public int Port { get; }

    public int Connections { get; private set; }

    /// <summary>Nothing passes any more; nothing is closed.</summary>
    public void Stall() => flowing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Resume() => flowing.TrySetResult();

    /// <summary>Closes everything and refuses.</summary>
    public async Task RefuseAsync()
    {
        listener?.Dispose();
        await accepting;
        Drop();
    }

    public void Listen()
    {
        listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        listener.Listen(64);
        accepting = AcceptAsync(listener);
    }

    public void Drop()
    {
        foreach (var socket in sockets.Keys)
        {
            socket.Dispose();
            sockets.TryRemove(socket, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        Resume();
        await RefuseAsync();
        stop.Dispose();
    }

    private static TaskCompletionSource Completed()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    private async Task AcceptAsync(Socket from)
    {
        try
        {
            while (true)
            {
                var client = await from.AcceptAsync(stop.Token);
                Connections++;
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        sockets.TryAdd(client, 0);
        sockets.TryAdd(server, 0);
        try
        {
            await flowing.Task.WaitAsync(stop.Token);
            await server.ConnectAsync(IPAddress.Loopback, target, stop.Token);
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed by either side.
        }
        finally
        {
            client.Dispose();
            server.Dispose();
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[32768];
            while (await from.ReceiveAsync(buffer, stop.Token) is > 0 and var count)
            {
                await flowing.Task.WaitAsync(stop.Token);
                await to.SendAsync(buffer.AsMemory(0, count), stop.Token);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed by either side.
        }
    }
}
