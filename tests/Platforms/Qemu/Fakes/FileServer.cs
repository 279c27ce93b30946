using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ImageOperator.Platforms.Qemu.Tests.Fakes;

/// <summary>An HTTP server of one file, whose bad manners are scripted answer by answer; afterwards it behaves.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Queue<Answer> _script = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public FileServer(byte[] content, params Answer[] script)
    {
        Content = content;
        foreach (var answer in script) _script.Enqueue(answer);
        _listener.Start();
        _serving = ServeAsync();
    }

    public byte[] Content { get; set; }

    public string? Tag { get; set; } = "\"one\"";

    public bool KnowsRanges { get; init; } = true;

    /// <summary>The Range header of each request, empty if it had none.</summary>
    public List<string> Ranges { get; } = [];

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/image.qcow2?signature=secret");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            _ = ServeOneAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
    }

    private async Task ServeOneAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await AnswerAsync(client.GetStream());
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client has gone, or the test has ended.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        var headers = await ReadHeadersAsync(stream);
        Ranges.Add(headers.GetValueOrDefault("range", ""));
        var answer = _script.TryDequeue(out var next) ? next : new Answer();
        if (answer.Status != 200)
        {
            await WriteAsync(stream, $"HTTP/1.1 {answer.Status} Bad\r\n{answer.Headers}Content-Length: 0\r\nConnection: close\r\n\r\n", default);
            return;
        }

        var from = 0;
        var condition = headers.GetValueOrDefault("if-range");
        if (KnowsRanges && headers.TryGetValue("range", out var range) && (condition is null || condition == Tag))
        {
            from = int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
        }

        var head = from > 0
            ? $"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{Content.Length - 1}/{Content.Length}\r\n"
            : "HTTP/1.1 200 OK\r\n";
        if (Tag is not null) head += $"ETag: {Tag}\r\n";
        head += $"Content-Length: {Content.Length - from}\r\nConnection: close\r\n\r\n";
        var body = Content.AsMemory(from);
        await WriteAsync(stream, head, answer.CutAfter is { } cut && cut < body.Length ? body[..cut] : body);
        if (answer.Hang) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
    }

    private static async Task WriteAsync(NetworkStream stream, string head, ReadOnlyMemory<byte> body)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(body);
    }

    private static async Task<Dictionary<string, string>> ReadHeadersAsync(NetworkStream stream)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        await reader.ReadLineAsync();
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return headers;
    }
}

/// <summary>How the server answers one request.</summary>
internal sealed record Answer(int Status = 200, string Headers = "", int? CutAfter = null, bool Hang = false);
