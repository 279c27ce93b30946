using System.Net.WebSockets;
using Amazon.SimpleSystemsManagement.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;

namespace ImageOperator.Platforms.Aws.SessionManager;

/// <summary>A session of Session Manager to a port of a machine.</summary>
internal sealed class PortSession : ISessionLink
{
    /// <summary>
    /// AWS's document for SSH: the agent connects to one port, once, and ends the session with the connection. The one for port forwarding goes on behind a closed connection without
    /// telling, and with newer agents needs a multiplexer.
    /// </summary>
    public const string Document = "AWS-StartSSHSession";

    private const string Reason = Reasons.MachineFailed;
    private const int LongestReason = 256;

    private readonly AwsClients _clients;
    private readonly AwsCalls _calls;
    private readonly SessionSockets _sockets;
    private readonly string _clientId = Guid.NewGuid().ToString();
    private string _address;
    private string _token;

    private PortSession(string id, string address, string token, AwsClients clients, AwsCalls calls, SessionSockets sockets) =>
        (SessionId, _address, _token, _clients, _calls, _sockets) = (id, address, token, clients, calls, sockets);

    public string SessionId { get; }

    public static async Task<PortSession> StartAsync(string instance, int port, string why, AwsClients clients, AwsCalls calls, SessionSockets sockets, CancellationToken cancellationToken)
    {
        var request = new StartSessionRequest
        {
            Target = instance,
            DocumentName = Document,
            Reason = why.Length <= LongestReason ? why : why[..LongestReason],
            Parameters = new() { ["portNumber"] = [port.ToString(System.Globalization.CultureInfo.InvariantCulture)] },
        };
        var answer = await calls.RunAsync(AwsCall.Ssm("StartSession", Reason), t => clients.Ssm().StartSessionAsync(request, t), cancellationToken).ConfigureAwait(false);
        return new(answer.SessionId, answer.StreamUrl, answer.TokenValue, clients, calls, sockets);
    }

    /// <summary>Ends the sessions to a machine that this builder, or one that died, has left open.</summary>
    public static async Task EndAllAsync(string instance, AwsClients clients, AwsCalls calls, CancellationToken cancellationToken)
    {
        var request = new DescribeSessionsRequest { State = Amazon.SimpleSystemsManagement.SessionState.Active, Filters = [new() { Key = "Target", Value = instance }] };
        do
        {
            var answer = await calls.RunAsync(AwsCall.Ssm("DescribeSessions", Reason), t => clients.Ssm().DescribeSessionsAsync(request, t), cancellationToken).ConfigureAwait(false);
            foreach (var session in answer.Sessions ?? []) await EndAsync(session.SessionId, clients, calls, cancellationToken).ConfigureAwait(false);
            request.NextToken = answer.NextToken;
        }
        while (request.NextToken is { Length: > 0 });
    }

    public Task<WebSocket> OpenAsync(CancellationToken cancellationToken) => _sockets.OpenAsync(_address, _token, _clientId, cancellationToken);

    public async Task<WebSocket?> ResumeAsync(CancellationToken cancellationToken)
    {
        ResumeSessionResponse answer;
        try
        {
            answer = await _calls.RunAsync(AwsCall.Ssm("ResumeSession", Reason), t => _clients.Ssm().ResumeSessionAsync(new() { SessionId = SessionId }, t), cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            return null;
        }

        // A session that is over has no token.
        if (answer.TokenValue is not { Length: > 0 } token) return null;
        (_token, _address) = (token, answer.StreamUrl is { Length: > 0 } address ? address : _address);
        return await OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task EndAsync(CancellationToken cancellationToken) => EndAsync(SessionId, _clients, _calls, cancellationToken);

    private static async Task EndAsync(string id, AwsClients clients, AwsCalls calls, CancellationToken cancellationToken)
    {
        try
        {
            await calls.RunAsync(AwsCall.Ssm("TerminateSession", Reason), t => clients.Ssm().TerminateSessionAsync(new() { SessionId = id }, t), cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            // It has ended by itself.
        }
    }
}
