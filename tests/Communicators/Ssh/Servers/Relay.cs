using System.Net.Sockets;

namespace ImageOperator.Communicators.Ssh.Tests.Servers;

/// <summary>Stands between client and server, and can stop passing bytes on without closing anything, or cut.</summary>
internal sealed class Relay(int target) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _listener = Loopback.Listen();
    private readonly List<TcpClient> _clients = [];
    private volatile bool _frozen;

    public int Port => _listener.Port();

    public void Start() => _ = ServeAsync();

    public void Freeze() => _frozen = true;

    /// <summary>Connections made from here on are passed on again.</summary>
    public void Thaw() => _frozen = false;

    public void Cut()
    {
        lock (_clients) _clients.ForEach(client => client.Client.Close(0));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        Cut();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            var server = new TcpClient();
            try
            {
                await server.ConnectAsync("127.0.0.1", target, _stop.Token);
            }
            catch (SocketException)
            {
                client.Dispose();
                continue;
            }

            lock (_clients) _clients.AddRange([client, server]);
            _ = PumpAsync(client.GetStream(), server.GetStream());
            _ = PumpAsync(server.GetStream(), client.GetStream());
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[65536];
        try
        {
            while (await from.ReadAsync(buffer, _stop.Token) is var size and > 0)
            {
                if (_frozen) await Task.Delay(Timeout.Infinite, _stop.Token);
                await to.WriteAsync(buffer.AsMemory(0, size), _stop.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Cut, or over.
        }
    }
}
