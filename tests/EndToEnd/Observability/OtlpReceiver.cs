using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ImageOperator.EndToEnd.Tests.Observability;

/// <summary>A collector: takes OTLP over HTTP and remembers the spans.</summary>
internal sealed class OtlpReceiver : IDisposable
{
    private readonly Socket listener;
    private readonly ConcurrentQueue<Span> spans = new();
    private readonly ConcurrentQueue<string> faults = new();

    public OtlpReceiver(Socket listener)
    {
        this.listener = listener;
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    public IReadOnlyList<Span> Spans => [.. spans];

    /// <summary>What could not be read; must stay empty.</summary>
    public IReadOnlyList<string> Faults => [.. faults];

    /// <summary>All bytes that came, as text: for looking for what must not be there.</summary>
    public ConcurrentQueue<string> Bodies { get; } = new();

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            while (await HeadAsync(stream) is { Length: > 0 } head)
            {
                var length = head.Split("\r\n").Where(h => h.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase))
                    .Select(h => int.Parse(h.Split(':')[1], CultureInfo.InvariantCulture)).Single();
                var body = new byte[length];
                await stream.ReadExactlyAsync(body);
                if (head.StartsWith("POST /v1/traces ", StringComparison.Ordinal))
                {
                    Bodies.Enqueue(Encoding.Latin1.GetString(body));
                    foreach (var span in OtlpTraces.Read(body)) spans.Enqueue(span);
                }

                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            }
        }
        catch (Exception e) when (e is not (IOException or SocketException))
        {
            faults.Enqueue(e.ToString());
        }
        catch (IOException)
        {
            // The sender has gone.
        }
    }

    private static async Task<string> HeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0) return "";
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
