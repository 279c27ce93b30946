using System.Net.Sockets;
using System.Text;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Routes;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Connecting;

/// <summary>One TCP connection that waits for the server's greeting, without taking it off the socket.</summary>
internal sealed class GuestDial : IDisposable
{
    private const int LongestGreeting = 1024;
    private const int Patience = 100;
    private readonly MachineEndpoint _endpoint;
    private readonly IRoute _route;
    private readonly TimeProvider _time;
    private Socket? _socket;
    private volatile bool _abandoned;

    private GuestDial(MachineEndpoint endpoint, IRoute route, TimeProvider time)
    {
        _endpoint = endpoint;
        _route = route;
        _time = time;
    }

    /// <summary>Null when the greeting is there.</summary>
    public Task<ConnectFailure?> Outcome { get; private set; } = Task.FromResult<ConnectFailure?>(null);

    /// <summary>What there is to say of a connection that is still waiting.</summary>
    public ConnectFailure Silence => _socket is not null
        ? new ConnectFailure(ConnectionReason.NoGreeting, $"{Address} accepts connections but does not greet")
        : new ConnectFailure(ConnectionReason.NoAnswer, $"{Address} does not answer");

    private string Address => $"{_endpoint.Host}:{_endpoint.Port}";

    public static GuestDial Start(MachineEndpoint endpoint, IRoute route, TimeProvider time, CancellationToken cancellationToken)
    {
        var dial = new GuestDial(endpoint, route, time);
        dial.Outcome = dial.RunAsync(cancellationToken);
        return dial;
    }

    /// <summary>The connected socket; from here on the caller's.</summary>
    public Socket Take() => _socket ?? throw new InvalidOperationException("not connected");

    public void Dispose()
    {
        _abandoned = true;
        _socket?.Dispose();
    }

    private async Task<ConnectFailure?> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            _socket = await _route.ConnectAsync(_endpoint, cancellationToken).ConfigureAwait(false);
            if (_abandoned) _socket.Dispose();
            return await WaitForGreetingAsync(_socket, cancellationToken).ConfigureAwait(false);
        }
        catch (RouteException error)
        {
            return error.Failure;
        }
        catch (SocketException error)
        {
            return SocketFailures.Explain(error, _endpoint, connected: _socket is not null);
        }
        catch (ObjectDisposedException)
        {
            return Silence;
        }
    }

    private async Task<ConnectFailure?> WaitForGreetingAsync(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestGreeting];
        for (var polls = 0; ; polls++)
        {
            // Peeked, not read: SSH.NET reads the greeting itself, from this very socket.
            var size = await socket.ReceiveAsync(buffer, SocketFlags.Peek, cancellationToken).ConfigureAwait(false);
            if (size == 0) return new ConnectFailure(ConnectionReason.ClosedAtOnce, $"{Address} closes connections without a greeting");
            if (HasGreeting(buffer.AsSpan(0, size))) return null;
            if (size == buffer.Length || polls == Patience)
                return new ConnectFailure(ConnectionReason.OtherService, $"{Address} is no SSH server: it said {Show(buffer.AsSpan(0, size))}");
            var seen = size;
            await Task.Delay(TimeSpan.FromMilliseconds(50), _time, cancellationToken).ConfigureAwait(false);
            // A peek repeats what is there and so never sees the end behind it.
            if (TcpState.PeerHasClosed(socket) && socket.Available <= seen)
                return new ConnectFailure(ConnectionReason.OtherService, $"{Address} is no SSH server: it said {Show(buffer.AsSpan(0, seen))} and closed");
        }
    }

    internal static bool HasGreeting(ReadOnlySpan<byte> text) => text.StartsWith("SSH-"u8) || text.IndexOf("\nSSH-"u8) >= 0;

    internal static string Show(ReadOnlySpan<byte> bytes)
    {
        var line = bytes[..Math.Min(bytes.Length, 60)];
        var end = line.IndexOfAny((byte)'\r', (byte)'\n');
        if (end >= 0) line = line[..end];
        return '"' + string.Concat(Encoding.Latin1.GetString(line).Select(c => char.IsControl(c) ? '·' : c)) + '"';
    }
}
