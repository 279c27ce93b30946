using System.Net.Sockets;
using System.Text.Json;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Provisioners.Ansible;

/// <summary>
/// Lets ansible_connection.py use the session to the machine, over a Unix socket in a folder that only the builder's user can enter. So
/// Ansible has no key, opens nothing, and goes wherever the session goes: through bastions and proxies, with the pinned host key.
/// </summary>
internal sealed class Bridge : IAsyncDisposable
{
    private const int MostOutput = 64 << 20;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop;
    private readonly ICommunicator _machine;
    private readonly List<Task> _clients = [];
    private readonly Task _accepting;

    public Bridge(string path, ICommunicator machine, CancellationToken cancellationToken)
    {
        _machine = machine;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Why the session was of no more use, if it was.</summary>
    public ConnectionException? Broken { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Commands on the machine are ended before this returns.
        await Task.WhenAll(_clients).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
            _clients.Add(ServeAsync(client));
        }
    }

    private async Task ServeAsync(Socket client)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(_stop.Token).ConfigureAwait(false) is { } line)
        {
            var answer = await AnswerAsync(line).ConfigureAwait(false);
            await stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer), _stop.Token).ConfigureAwait(false);
            await stream.WriteAsync("\n"u8.ToArray(), _stop.Token).ConfigureAwait(false);
        }
    }

    private async Task<Dictionary<string, object>> AnswerAsync(string line)
    {
        try
        {
            using var question = JsonDocument.Parse(line);
            var asked = question.RootElement;
            switch (asked.GetProperty("op").GetString())
            {
                case "exec":
                    return await ExecuteAsync(asked.GetProperty("cmd").GetString()!, asked.GetProperty("input").GetString()).ConfigureAwait(false);
                case "put":
                    await _machine.UploadAsync(Transfer(asked), _stop.Token).ConfigureAwait(false);
                    return [];
                case "fetch":
                    await _machine.DownloadAsync(Transfer(asked), _stop.Token).ConfigureAwait(false);
                    return [];
                default:
                    return new() { ["error"] = "the bridge does not know this" };
            }
        }
        catch (ConnectionException e)
        {
            Broken ??= e;
            return new() { ["broken"] = e.Message };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new() { ["error"] = e.Message };
        }
    }

    private async Task<Dictionary<string, object>> ExecuteAsync(string command, string? input)
    {
        using var stdout = new MemoryStream();
        using var stderr = new MemoryStream();
        var result = await _machine.ExecuteAsync(
            new()
            {
                CommandLine = command,
                StandardInput = input is null ? null : Convert.FromBase64String(input),
                TakeBytes = (stream, bytes) =>
                {
                    var into = stream == OutputStream.Stdout ? stdout : stderr;
                    if (into.Length + bytes.Length > MostOutput) throw new IOException($"a command printed more than {MostOutput >> 20} MiB");
                    into.Write(bytes.Span);
                },
            },
            (_, _) => { },
            _stop.Token).ConfigureAwait(false);
        return new() { ["rc"] = result.ExitCode, ["out"] = Convert.ToBase64String(stdout.ToArray()), ["err"] = Convert.ToBase64String(stderr.ToArray()) };
    }

    private static FileTransfer Transfer(JsonElement asked) =>
        new() { LocalPath = asked.GetProperty("here").GetString()!, RemotePath = asked.GetProperty("there").GetString()! };
}
