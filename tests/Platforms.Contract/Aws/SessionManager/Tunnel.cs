using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Amazon.Runtime;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Tests.Doubles;
using ImageOperator.Platforms.Aws.Access;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.SessionManager;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud.Sessions;

namespace ImageOperator.Platforms.Contract.Tests.Aws.SessionManager;

/// <summary>A dialer to an instance that has an agent and a port, without the rest of a cloud.</summary>
internal sealed class Tunnel : IAsyncDisposable
{
    public const string Instance = "i-0123456789abcdef0";

    private readonly Socket _port = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly AwsClients _clients;

    /// <param name="trouble">What goes wrong.</param>
    /// <param name="agent">The instance's agent; null: none has reported.</param>
    /// <param name="profile">The instance's profile.</param>
    /// <param name="listens">Whether there is something at the port.</param>
    /// <param name="elsewhere">The machine's port, where it is not the one here.</param>
    public Tunnel(Trouble? trouble = null, Func<AgentState?>? agent = null, string? profile = "arn:aws:iam::123456789012:instance-profile/builders", bool listens = true, IPEndPoint? elsewhere = null)
    {
        _port.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = elsewhere ?? (IPEndPoint)_port.LocalEndPoint!;
        if (listens) _port.Listen();
        Service = new SessionService(_ => agent is null ? new(true, port.Address.ToString()) : agent()) { Trouble = trouble ?? new() };
        _clients = new AwsClients(new AwsAccess(AwsSite.Region, "http://aws.example", () => new Handler(this), new BasicAWSCredentials("testing", "very-secret")));
        Dialer = new SessionManagerDialer(Instance, port.Port, profile, "image-builder web/lab", _clients, new AwsCalls(TimeProvider.System, Log), TimeProvider.System, Log);
    }

    public SessionService Service { get; }

    public EventLog Log { get; } = new();

    public SessionManagerDialer Dialer { get; }

    public List<string> Calls { get; } = [];

    /// <summary>Answers in the service's place.</summary>
    public Func<AwsRequest, AwsAnswer?> Refuse { get; set; } = _ => null;

    /// <summary>What the service answers to the opening of a websocket; null: it opens it.</summary>
    public HttpStatusCode? SocketStatus { get; set; }

    public AgentSession Session => Service.All.Last();

    public IEnumerable<string> Said => Log.Events.OfType<BuildEvent.Message>().Select(m => m.Text);

    /// <summary>The next connection at the port.</summary>
    public Task<Socket> AcceptAsync() => _port.AcceptAsync();

    /// <summary>At the port: greets, reads so many bytes, answers with their digest, sends so many bytes.</summary>
    public async Task ServeAsync(int up, int down, byte[] downBytes)
    {
        using var connection = await AcceptAsync();
        await connection.SendAsync("hello"u8.ToArray());
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        for (var read = 0; read < up;)
        {
            var more = await connection.ReceiveAsync(buffer);
            if (more == 0) return;
            sha.AppendData(buffer.AsSpan(0, more));
            read += more;
        }

        await connection.SendAsync(sha.GetHashAndReset());
        for (var sent = 0; sent < down;) sent += await connection.SendAsync(downBytes.AsMemory(sent, down - sent));
        // Until the other side has all, and hangs up.
        await connection.ReceiveAsync(buffer);
    }

    public async ValueTask DisposeAsync()
    {
        await Dialer.DisposeAsync();
        _port.Dispose();
        _clients.Dispose();
        Service.Dispose();
        Assert.Empty(Service.Mistakes);
    }

    private sealed class Handler(Tunnel tunnel) : HttpMessageHandler
    {
        private static readonly HttpMessageInvoker s_real = new(new SocketsHttpHandler());

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Get)
            {
                lock (tunnel.Calls) tunnel.Calls.Add("OpenDataChannel");
                return tunnel.SocketStatus is { } status ? new HttpResponseMessage(status) { Content = new ByteArrayContent([]) } : await s_real.SendAsync(request, cancellationToken);
            }

            var call = await AwsRequest.ReadAsync(request);
            lock (tunnel.Calls) tunnel.Calls.Add(call.Action);
            return (tunnel.Refuse(call) ?? await tunnel.Service.AnswerAsync(call))!.ToResponse();
        }
    }
}
