using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Connecting;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Routes;

/// <summary>Through a SOCKS5 proxy (RFC 1928, passwords by RFC 1929). Names are resolved by the proxy.</summary>
internal sealed class Socks5Route(IRoute inner, MachineEndpoint proxy, string? username, string? password, TimeProvider time) : IRoute
{
    private const byte Version = 5;
    private const byte NoLogin = 0;
    private const byte PasswordLogin = 2;

    public Task<Socket> ConnectAsync(MachineEndpoint endpoint, CancellationToken cancellationToken) =>
        ProxyConnection.OpenAsync(inner, proxy, (socket, stop) => AskAsync(socket, endpoint, stop), time, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task AskAsync(Socket socket, MachineEndpoint endpoint, CancellationToken cancellationToken)
    {
        byte[] methods = username is null ? [NoLogin] : [NoLogin, PasswordLogin];
        await SendAsync(socket, [Version, (byte)methods.Length, .. methods], cancellationToken).ConfigureAwait(false);
        var chosen = await ProxyConnection.ReadAsync(socket, 2, cancellationToken).ConfigureAwait(false);
        if (chosen[0] != Version) throw ProxyConnection.Failed(new(ConnectionReason.ProxyFailed, $"{proxy.Host}:{proxy.Port} is no SOCKS5 proxy", Patience.None));
        if (chosen[1] == PasswordLogin) await LogInAsync(socket, cancellationToken).ConfigureAwait(false);
        else if (chosen[1] != NoLogin) throw LoginRefused(username is null ? "the proxy wants a login" : "the proxy takes no login by password");

        await SendAsync(socket, [Version, 1, 0, .. Address(endpoint)], cancellationToken).ConfigureAwait(false);
        var reply = await ProxyConnection.ReadAsync(socket, 4, cancellationToken).ConfigureAwait(false);
        // Some close directly after the code: the rest of the reply is of no use then.
        if (reply[1] != 0) throw Refused(reply[1], endpoint);
        var size = reply[3] switch
        {
            1 => 4,
            4 => 16,
            _ => (await ProxyConnection.ReadAsync(socket, 1, cancellationToken).ConfigureAwait(false))[0],
        };
        await ProxyConnection.ReadAsync(socket, size + 2, cancellationToken).ConfigureAwait(false);
    }

    private async Task LogInAsync(Socket socket, CancellationToken cancellationToken)
    {
        var (user, secret) = (Encoding.UTF8.GetBytes(username ?? ""), Encoding.UTF8.GetBytes(password ?? ""));
        if (user.Length > 255) throw LoginRefused("the user's name is longer than SOCKS5 can carry (255 bytes)");
        if (secret.Length > 255) throw LoginRefused("the password is longer than SOCKS5 can carry (255 bytes)");
        await SendAsync(socket, [1, (byte)user.Length, .. user, (byte)secret.Length, .. secret], cancellationToken).ConfigureAwait(false);
        var answer = await ProxyConnection.ReadAsync(socket, 2, cancellationToken).ConfigureAwait(false);
        if (answer[1] != 0) throw LoginRefused($"the proxy refuses the login of {username}");
    }

    private static RouteException LoginRefused(string text) => ProxyConnection.Failed(new(ConnectionReason.ProxyLoginRefused, text, Patience.None));

    private static RouteException Refused(byte code, MachineEndpoint endpoint)
    {
        var address = $"{endpoint.Host}:{endpoint.Port}";
        return code switch
        {
            2 => ProxyConnection.Failed(new(ConnectionReason.ProxyDenied, $"the proxy's rules do not allow connections to {address}", Patience.None)),
            3 or 4 => new(new(ConnectionReason.NoRoute, $"the proxy has no route to {address}")),
            5 => new(new(ConnectionReason.Refused, $"{address} refuses connections of the proxy")),
            6 => new(new(ConnectionReason.NoAnswer, $"{address} does not answer the proxy")),
            1 => new(new(ConnectionReason.NoAnswer, $"the proxy cannot connect to {address}: a general failure, it says")),
            _ => ProxyConnection.Failed(new(ConnectionReason.ProxyFailed, $"the proxy answers with code {code} of SOCKS5", Patience.None)),
        };
    }

    private static byte[] Address(MachineEndpoint endpoint)
    {
        var port = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(port, (ushort)endpoint.Port);
        if (!IPAddress.TryParse(endpoint.Host, out var ip))
        {
            var name = Encoding.ASCII.GetBytes(endpoint.Host);
            if (name.Length > 255) throw ProxyConnection.Failed(new(ConnectionReason.ProxyFailed, $"{endpoint.Host} is longer than SOCKS5 can carry (255 bytes)", Patience.None));
            return [3, (byte)name.Length, .. name, .. port];
        }

        return [(byte)(ip.AddressFamily == AddressFamily.InterNetwork ? 1 : 4), .. ip.GetAddressBytes(), .. port];
    }

    private static async Task SendAsync(Socket socket, byte[] bytes, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < bytes.Length;) sent += await socket.SendAsync(bytes.AsMemory(sent), cancellationToken).ConfigureAwait(false);
    }
}
