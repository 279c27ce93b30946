using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud.Sessions;

/// <summary>Session Manager, which moto does not know: its calls, and a server for its websockets.</summary>
/// <param name="agentOf">The agent of an instance; null: it has none, or one that has never reported.</param>
internal sealed partial class SessionService(Func<string, AgentState?> agentOf) : IDisposable
{
    private const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private readonly ConcurrentDictionary<string, AgentSession> _sessions = new();
    private readonly Lazy<Socket> _listener = new(Loopback);
    private readonly Lazy<Socket> _greeter = new(Loopback);
    private int _number;

    /// <summary>What a client did that no client does.</summary>
    public ConcurrentQueue<Exception> Mistakes { get; } = new();

    /// <summary>What goes wrong in sessions that begin from now on.</summary>
    public Trouble Trouble { get; set; } = new();

    /// <summary>The documents there are.</summary>
    public IReadOnlyList<string> Documents { get; set; } = ["AWS-StartSSHSession", "AWS-StartPortForwardingSession"];

    public IEnumerable<AgentSession> All => _sessions.Values;

    /// <summary>Those that are open, for a listing of the account.</summary>
    public IReadOnlyList<string> List() => [.. _sessions.Values.Where(s => !s.IsOver).Select(s => $"session {s.Id}")];

    public void Forget() => _sessions.Clear();

    public void Dispose()
    {
        if (_listener.IsValueCreated) _listener.Value.Dispose();
        if (_greeter.IsValueCreated) _greeter.Value.Dispose();
    }

    /// <returns>Null: it is not a call for sessions.</returns>
    public async Task<AwsAnswer?> AnswerAsync(AwsRequest request)
    {
        if (request.Service != "ssm" || request.Action is not ("StartSession" or "ResumeSession" or "TerminateSession" or "DescribeSessions" or "DescribeInstanceInformation")) return null;
        using var body = JsonDocument.Parse(request.Body);
        var root = body.RootElement;
        return request.Action switch
        {
            "StartSession" => Start(root),
            "ResumeSession" => Resume(root),
            "TerminateSession" => await EndAsync(root),
            "DescribeSessions" => Json(new { Sessions = _sessions.Values.Where(s => !s.IsOver && s.Instance == Filter(root, "key", "value")).Select(s => new { SessionId = s.Id, Target = s.Instance, Status = "Connected" }) }),
            _ => Information(Filter(root, "Key", "Values")),
        };
    }

    private static string? Filter(JsonElement root, string key, string value)
    {
        var filter = Assert.Single(root.GetProperty("Filters").EnumerateArray());
        Assert.Contains(filter.GetProperty(key).GetString(), new[] { "Target", "InstanceIds" });
        var found = filter.GetProperty(value);
        return found.ValueKind == JsonValueKind.Array ? Assert.Single(found.EnumerateArray()).GetString() : found.GetString();
    }

    private static AwsAnswer Json(object content) => new(HttpStatusCode.OK, JsonSerializer.Serialize(content), "application/x-amz-json-1.1");

    private static AwsAnswer Bad(string code, string message) => AwsAnswer.Error("ssm", HttpStatusCode.BadRequest, code, message);

    private AwsAnswer Information(string? instance) => agentOf(instance!) is { } agent
        ? Json(new { InstanceInformationList = new[] { new { InstanceId = instance, PingStatus = agent.IsOnline ? "Online" : "ConnectionLost", AgentVersion = "3.3.1611.0" } } })
        : Json(new { InstanceInformationList = Array.Empty<object>() });

    private AwsAnswer Start(JsonElement root)
    {
        var (target, document) = (root.GetProperty("Target").GetString()!, root.GetProperty("DocumentName").GetString()!);
        if (!Documents.Contains(document)) return Bad("InvalidDocument", $"Document with name {document} does not exist.");
        if (agentOf(target) is not { IsOnline: true } agent) return Bad("TargetNotConnected", $"{target} is not connected.");
        var port = int.Parse(Assert.Single(root.GetProperty("Parameters").GetProperty("portNumber").EnumerateArray()).GetString()!, CultureInfo.InvariantCulture);
        var (host, at) = agent.Address is { } address ? (address, port) : ("127.0.0.1", Greeter());
        var session = new AgentSession($"builder-{Interlocked.Increment(ref _number):x16}", target, host, at, Trouble);
        _sessions[session.Id] = session;
        return Opening(session);
    }

    private AwsAnswer Resume(JsonElement root)
    {
        if (!_sessions.TryGetValue(root.GetProperty("SessionId").GetString()!, out var session)) return Bad("DoesNotExistException", "the session does not exist");
        return session.IsOver ? Json(new { SessionId = session.Id }) : Opening(session);
    }

    private async Task<AwsAnswer> EndAsync(JsonElement root)
    {
        if (!_sessions.TryGetValue(root.GetProperty("SessionId").GetString()!, out var session)) return Bad("DoesNotExistException", "the session does not exist");
        await session.EndAsync("");
        return Json(new { SessionId = session.Id });
    }

    private AwsAnswer Opening(AgentSession session)
    {
        if (!_listener.IsValueCreated) _ = AcceptAsync(_listener.Value, ServeAsync);
        var address = ((IPEndPoint)_listener.Value.LocalEndPoint!).Port;
        return Json(new { SessionId = session.Id, StreamUrl = $"ws://127.0.0.1:{address}/v1/data-channel/{session.Id}?role=publish_subscribe", TokenValue = session.NewToken() });
    }

    private int Greeter()
    {
        if (!_greeter.IsValueCreated) _ = AcceptAsync(_greeter.Value, async s => await s.SendAsync("SSH-2.0-greeter\r\n"u8.ToArray()));
        return ((IPEndPoint)_greeter.Value.LocalEndPoint!).Port;
    }

    private static async Task AcceptAsync(Socket listener, Func<Socket, Task> serve)
    {
        try
        {
            while (true) _ = serve(await listener.AcceptAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var head = await ReadHeadAsync(stream);
        var session = _sessions.GetValueOrDefault(Path().Match(head).Groups[1].Value);
        if (session is null || !Signed().IsMatch(head))
        {
            await stream.WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            return;
        }

#pragma warning disable CA5350 // RFC 6455 says so.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(Key().Match(head).Groups[1].Value + Magic)));
#pragma warning restore CA5350
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
        using var client = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        try
        {
            await session.ServeAsync(client);
        }
        catch (Exception e)
        {
            Mistakes.Enqueue(e);
        }
    }

    private static async Task<string> ReadHeadAsync(Stream stream)
    {
        var (head, one) = (new StringBuilder(), new byte[1]);
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) == 1) head.Append((char)one[0]);
        return head.ToString();
    }

    private static Socket Loopback()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }

    [GeneratedRegex("^GET /v1/data-channel/([^?]+)\\?role=publish_subscribe HTTP/1.1\r\n")]
    private static partial Regex Path();

    [GeneratedRegex("\r\nSec-WebSocket-Key: ([^\r]+)\r\n", RegexOptions.IgnoreCase)]
    private static partial Regex Key();

    [GeneratedRegex("\r\nAuthorization: AWS4-HMAC-SHA256 Credential=[^/]+/\\d{8}/eu-central-1/ssmmessages/aws4_request, SignedHeaders=host;x-amz-date(;x-amz-security-token)?, Signature=[0-9a-f]{64}\r\n", RegexOptions.IgnoreCase)]
    private static partial Regex Signed();
}

/// <summary>An instance's agent.</summary>
/// <param name="IsOnline">It answers.</param>
/// <param name="Address">Where its port is; null: at something that only greets.</param>
internal sealed record AgentState(bool IsOnline, string? Address);
