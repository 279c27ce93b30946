using System.Net.Sockets;
using System.Text;

namespace ImageOperator.Communicators.Ssh.Tests.Servers;

/// <summary>A TCP server that treats each connection in its own way.</summary>
internal sealed class BrokenServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _listener = Loopback.Listen();
    private readonly Task _serving;

    public BrokenServer(Func<NetworkStream, CancellationToken, Task> treat) => _serving = ServeAsync(treat);

    public int Port => _listener.Port();

    public int Connections { get; private set; }

    public static Func<NetworkStream, CancellationToken, Task> Says(string text, bool thenCloses) => async (stream, stop) =>
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), stop);
        if (!thenCloses) await Task.Delay(Timeout.Infinite, stop);
    };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ServeAsync(Func<NetworkStream, CancellationToken, Task> treat)
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            Connections++;
            _ = TreatAsync(client, treat);
        }
    }

    private async Task TreatAsync(TcpClient client, Func<NetworkStream, CancellationToken, Task> treat)
    {
        using (client)
        {
            try
            {
                await treat(client.GetStream(), _stop.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or IOException)
            {
                // The test has seen what it wanted.
            }
        }
    }
}
