using System.Net.Sockets;
using System.Text;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Connecting;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Routes;

/// <summary>Through an HTTP proxy with CONNECT (RFC 9110, 9.3.6). Names are resolved by the proxy.</summary>
internal sealed class HttpConnectRoute(IRoute inner, MachineEndpoint proxy, string? username, string? password, TimeProvider time) : IRoute
{
    private const int LongestHeader = 16 * 1024;

    public Task<Socket> ConnectAsync(MachineEndpoint endpoint, CancellationToken cancellationToken) =>
        ProxyConnection.OpenAsync(inner, proxy, (socket, stop) => AskAsync(socket, endpoint, stop), time, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task AskAsync(Socket socket, MachineEndpoint endpoint, CancellationToken cancellationToken)
    {
        var host = endpoint.Host.Contains(':', StringComparison.Ordinal) ? $"[{endpoint.Host}]" : endpoint.Host;
        var request = new StringBuilder($"CONNECT {host}:{endpoint.Port} HTTP/1.1\r\nHost: {host}:{endpoint.Port}\r\n");
        if (username is not null)
            request.Append("Proxy-Authorization: Basic ").Append(Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"))).Append("\r\n");
        var bytes = Encoding.ASCII.GetBytes(request.Append("\r\n").ToString());
        for (var sent = 0; sent < bytes.Length;) sent += await socket.SendAsync(bytes.AsMemory(sent), cancellationToken).ConfigureAwait(false);
        Judge(await ReadStatusAsync(socket, cancellationToken).ConfigureAwait(false), endpoint);
    }

    /// <summary>Reads to the end of the header and no byte more: behind it the machine greets.</summary>
    private async Task<string> ReadStatusAsync(Socket socket, CancellationToken cancellationToken)
    {
        var header = new StringBuilder();
        while (header.Length < LongestHeader)
        {
            header.Append((char)(await ProxyConnection.ReadAsync(socket, 1, cancellationToken).ConfigureAwait(false))[0]);
            if (header.Length == 5 && header.ToString() != "HTTP/") break;
            if (header.Length >= 4 && header[^1] == '\n' && (header[^2] == '\n' || header[^3] == '\n')) return header.ToString().Split('\r', '\n')[0];
        }

        throw ProxyConnection.Failed(new(ConnectionReason.ProxyFailed, $"{proxy.Host}:{proxy.Port} is no HTTP proxy", Patience.None));
    }

    private void Judge(string status, MachineEndpoint endpoint)
    {
        var address = $"{endpoint.Host}:{endpoint.Port}";
        var words = status.Split(' ', 3);
        switch (words.Length > 1 && int.TryParse(words[1], out var code) ? code : 0)
        {
            case >= 200 and < 300:
                return;
            case 401 or 407:
                throw ProxyConnection.Failed(new(ConnectionReason.ProxyLoginRefused, username is null ? "the proxy wants a login" : $"the proxy refuses the login of {username}", Patience.None));
            case 403 or 405:
                throw ProxyConnection.Failed(new(ConnectionReason.ProxyDenied, $"the proxy's rules do not allow connections to {address}: {status}", Patience.None));
            // The proxy's word for a machine that it cannot reach, be it not there or not up yet.
            case 500 or 502 or 503 or 504:
                throw new RouteException(new(ConnectionReason.NoAnswer, $"the proxy cannot connect to {address}: {status}"));
            default:
                throw ProxyConnection.Failed(new(ConnectionReason.ProxyFailed, $"the proxy answers \"{status}\"", Patience.None));
        }
    }
}
