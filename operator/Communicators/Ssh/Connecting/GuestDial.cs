using ImageOperator.Api.ImageBuilds;
using System.Net.Sockets;
using System.Text;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Connecting;

/// <summary>One TCP connection that waits for the server's greeting, without taking it off the socket.</summary>
internal sealed class GuestDial : IDisposable
{
    private const int LongestGreeting = 1024;
    private const int Patience = 100;
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly MachineEndpoint _endpoint;
    private readonly TimeProvider _time;
    private bool _connected;

    private GuestDial(MachineEndpoint endpoint, TimeProvider time)
    {
        _endpoint = endpoint;
        _time = time;
    }

    /// <summary>Null when the greeting is there.</summary>
    public Task<ConnectFailure?> Outcome { get; private set; } = Task.FromResult<ConnectFailure?>(null);

    /// <summary>What there is to say of a connection that is still waiting.</summary>
    public ConnectFailure Silence => _connected
        ? new ConnectFailure(ConnectionReason.NoGreeting, $"{Address} accepts connections but does not greet")
        : new ConnectFailure(ConnectionReason.NoAnswer, $"{Address} does not answer");

    private string Address => $"{_endpoint.Host}:{_endpoint.Port}";

    public static GuestDial Start(MachineEndpoint endpoint, TimeProvider time, CancellationToken cancellationToken)
    {
        var dial = new GuestDial(endpoint, time);
        dial.Outcome = dial.RunAsync(cancellationToken);
        return dial;
    }

    /// <summary>The connected socket; from here on the caller's.</summary>
    public Socket Take() => _socket;

    public void Dispose() => _socket.Dispose();

    private async Task<ConnectFailure?> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _socket.ConnectAsync(_endpoint.Host, _endpoint.Port, cancellationToken).ConfigureAwait(false);
            _connected = true;
            return await WaitForGreetingAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException error)
        {
            return Explain(error);
        }
        catch (ObjectDisposedException)
        {
            return Silence;
        }
    }

    private async Task<ConnectFailure?> WaitForGreetingAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestGreeting];
        for (var polls = 0; ; polls++)
        {
            // Peeked, not read: SSH.NET reads the greeting itself, from this very socket.
            var size = await _socket.ReceiveAsync(buffer, SocketFlags.Peek, cancellationToken).ConfigureAwait(false);
            if (size == 0) return new ConnectFailure(ConnectionReason.ClosedAtOnce, $"{Address} closes connections without a greeting");
            if (HasGreeting(buffer.AsSpan(0, size))) return null;
            if (size == buffer.Length || polls == Patience)
                return new ConnectFailure(ConnectionReason.OtherService, $"{Address} is no SSH server: it said {Show(buffer.AsSpan(0, size))}");
            var seen = size;
            await Task.Delay(TimeSpan.FromMilliseconds(50), _time, cancellationToken).ConfigureAwait(false);
            // A peek repeats what is there and so never sees the end behind it.
            if (TcpState.PeerHasClosed(_socket) && _socket.Available <= seen)
                return new ConnectFailure(ConnectionReason.OtherService, $"{Address} is no SSH server: it said {Show(buffer.AsSpan(0, seen))} and closed");
        }
    }

    private static bool HasGreeting(ReadOnlySpan<byte> text) => text.StartsWith("SSH-"u8) || text.IndexOf("\nSSH-"u8) >= 0;

    private static string Show(ReadOnlySpan<byte> bytes)
    {
        var line = bytes[..Math.Min(bytes.Length, 60)];
        var end = line.IndexOfAny((byte)'\r', (byte)'\n');
        if (end >= 0) line = line[..end];
        return '"' + string.Concat(Encoding.Latin1.GetString(line).Select(c => char.IsControl(c) ? '·' : c)) + '"';
    }

    private ConnectFailure Explain(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => new ConnectFailure(ConnectionReason.Refused, $"{Address} refuses connections", Error: error),
        // What the host's end of a forwarded port does when the guest refuses.
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown when _connected =>
            new ConnectFailure(ConnectionReason.ClosedAtOnce, $"{Address} closes connections without a greeting", Error: error),
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain =>
            new ConnectFailure(ConnectionReason.NameUnknown, $"the name {_endpoint.Host} does not resolve", Error: error),
        // Refused by a route of the kind "prohibit", or a firewall that says so.
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.AccessDenied =>
            new ConnectFailure(ConnectionReason.NoRoute, $"there is no route to {Address}: {error.Message}", Error: error),
        _ => new ConnectFailure(ConnectionReason.NoAnswer, $"{Address}: {error.Message}", Error: error),
    };
}
