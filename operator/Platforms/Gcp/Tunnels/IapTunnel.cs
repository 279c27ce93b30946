using System.Net;
using System.Net.Sockets;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Access;
using ImageOperator.Platforms.Gcp.Clients;

namespace ImageOperator.Platforms.Gcp.Tunnels;

/// <summary>A port of this process that leads to a machine's, through Identity-Aware Proxy. Each connection to it is one of the proxy's.</summary>
internal sealed class IapTunnel : IAsyncDisposable
{
    private readonly GcpAccess _access;
    private readonly GcpLink _machine;
    private readonly int _port;
    private readonly IBuildObserver _observer;
    private readonly TimeProvider _time;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _accepting;

    public IapTunnel(GcpAccess access, GcpLink machine, int port, IBuildObserver observer, TimeProvider time)
    {
        (_access, _machine, _port, _observer, _time) = (access, machine, port, observer, time);
        _listener.Start();
        Endpoint = new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
        _accepting = AcceptAsync();
    }

    public MachineEndpoint Endpoint { get; }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_closing.Token).ConfigureAwait(false);
                connections.RemoveAll(c => c.IsCompleted);
                connections.Add(ServeAsync(client));
            }
        }
        finally
        {
            await Task.WhenAll(connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                using var connection = new IapConnection(_access, _machine, _port, _time);
                await connection.RunAsync(client.GetStream(), _closing.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (!_closing.IsCancellationRequested)
            {
                // The session that goes through it breaks, and tells the build: here is why.
                _observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"the IAP tunnel to {_machine.Name} broke: {e.Message}"));
            }
            catch (OperationCanceledException)
            {
                // The machine's handle is disposed of.
            }
        }
    }
}
