using System.Net.WebSockets;
using System.Text.Json;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Aws.Access;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.SessionManager.Messages;

namespace ImageOperator.Platforms.Aws.SessionManager;

/// <summary>Opens websockets of sessions. Address and token are as good as a login: neither is ever told.</summary>
internal sealed class SessionSockets(AwsClients clients, TimeProvider time)
{
    private static readonly AwsCall Call = AwsCall.SsmMessages("OpenDataChannel", Reasons.MachineFailed);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public async Task<WebSocket> OpenAsync(string address, string token, string clientId, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            using var limit = new CancellationTokenSource(Limit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            var uri = new Uri(address);
            foreach (var (name, value) in await SignAsync(uri).ConfigureAwait(false)) socket.Options.SetRequestHeader(name, value);
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.KeepAliveInterval = TimeSpan.FromMinutes(1);
            await socket.ConnectAsync(uri, clients.Invoker, either.Token).ConfigureAwait(false);
            await socket.SendAsync(Opening(token, clientId), WebSocketMessageType.Text, endOfMessage: true, either.Token).ConfigureAwait(false);
            return socket;
        }
        catch (Exception e)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (e is not (WebSocketException or OperationCanceledException or HttpRequestException or IOException)) throw;
            throw Failed(status, e);
        }
    }

    private static byte[] Opening(string token, string clientId) => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>
    {
        ["MessageSchemaVersion"] = "1.0",
        ["RequestId"] = Guid.NewGuid().ToString(),
        ["TokenValue"] = token,
        ["ClientId"] = clientId,
        ["ClientVersion"] = Handshake.ClientVersion,
    });

    // What the errors of the library say may hold the address.
    private static PlatformException Failed(System.Net.HttpStatusCode status, Exception e) => (int)status switch
    {
        401 or 403 => new(
            FailureKind.Auth, Reasons.Unauthorized, $"{Call.Service}:{Call.Action}: the service refuses the websocket with status {(int)status}",
            $"the policy of the builder's credentials must allow {Call.Service}:{Call.Action}; docs/platforms/aws.md has all that a build needs", e),
        >= 400 and < 500 => new(FailureKind.Terminal, Call.Reason, $"{Call.Service}:{Call.Action}: the service answers the websocket with status {(int)status}", null, e),
        _ => new(
            FailureKind.Retryable, Call.Reason, $"{Call.Service}:{Call.Action}: no websocket to the service: {e.GetBaseException().Message}",
            "the builder must reach ssmmessages.REGION.amazonaws.com on port 443, by websocket too where a proxy is in between", e),
    };

    /// <summary>An address that is signed itself takes no other signature.</summary>
    private async Task<IReadOnlyDictionary<string, string>> SignAsync(Uri address)
    {
        if (address.Query.Contains("X-Amz-Signature", StringComparison.OrdinalIgnoreCase)) return new Dictionary<string, string>();
        var caller = await clients.CredentialsAsync().ConfigureAwait(false);
        return RequestSignature.Sign("GET", address, [], Call.Service, clients.Region, caller, time.GetUtcNow());
    }
}
