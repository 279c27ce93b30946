using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>The cloud behind a socket, for programs that are not this one: as much HTTP as the SDKs speak.</summary>
internal sealed class CloudServer : IDisposable
{
    private readonly Socket _listener;
    private readonly Ec2Cloud _cloud;

    /// <param name="cloud">The cloud.</param>
    /// <param name="listener">Where it is found; on the loopback if null.</param>
    public CloudServer(Ec2Cloud cloud, Socket? listener = null)
    {
        (_cloud, _listener) = (cloud, listener ?? Loopback());
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose() => _listener.Dispose();

    private static Socket Loopback()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptAsync());
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
            await using var stream = new BufferedStream(new NetworkStream(socket, ownsSocket: true));
            while (await ReadLineAsync(stream) is { Length: > 0 })
            {
                using var answer = await AnswerAsync(await ReadAsync(stream));
                var body = await answer.Content.ReadAsByteArrayAsync();
                var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {(int)answer.StatusCode} X\r\nContent-Type: {answer.Content.Headers.ContentType}\r\nContent-Length: {body.Length}\r\n\r\n");
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
                await stream.WriteAsync(body);
                await stream.FlushAsync();
            }
        }
        catch (Exception e) when (e is IOException or SocketException or HttpRequestException)
        {
            // The client has gone, or an injected fault breaks the connection.
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request)
    {
        using (request) return await _cloud.SendAsync(request);
    }

    private static async Task<HttpRequestMessage> ReadAsync(Stream stream)
    {
        var headers = new List<(string Name, string Value)>();
        while (await ReadLineAsync(stream) is { Length: > 0 } line) headers.Add((line.Split(':')[0], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()));
        var length = headers.Find(h => h.Name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)).Value;
        var body = new byte[int.Parse(length ?? "0", CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body);
        var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <returns>Null or empty at the end.</returns>
    private static async Task<string?> ReadLineAsync(Stream stream)
    {
        var (line, one) = (new StringBuilder(), new byte[1]);
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }

        return null;
    }
}
