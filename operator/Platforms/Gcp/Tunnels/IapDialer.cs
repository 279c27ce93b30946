using System.Net.WebSockets;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Access;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Clients;

namespace ImageOperator.Platforms.Gcp.Tunnels;

/// <summary>Connects to a machine through Identity-Aware Proxy: no port of it is open to anyone but the proxy. Each connection is a session of its own there.</summary>
internal sealed class IapDialer(GcpAccess access, GcpLink machine, int port, TimeProvider time) : IMachineDialer, IAsyncDisposable
{
    private const int NotConnected = 4003;
    private const int NotAuthorized = 4033;

    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(40);

    private readonly HashSet<IapStream> _open = [];

    public TimeSpan Pause { get; } = TimeSpan.FromSeconds(3);

    public async Task<Stream> DialAsync(CancellationToken cancellationToken)
    {
        var stream = new IapStream(new(access, machine, port, time), Forget);
        lock (_open) _open.Add(stream);
        try
        {
            await stream.Connected.WaitAsync(ConnectTime, time, cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch (Exception e)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested) throw;
            throw Explain(e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        IapStream[] open;
        lock (_open) open = [.. _open];
        foreach (var stream in open) await stream.DisposeAsync().ConfigureAwait(false);
    }

    private void Forget(IapStream stream)
    {
        lock (_open) _open.Remove(stream);
    }

    private ConnectionException Explain(Exception e) => e switch
    {
        IapException { Code: NotAuthorized } => new(
            ConnectionReason.TunnelDenied, $"Identity-Aware Proxy does not let the builder through to {machine.Name}: {e.Message}",
            "the builder needs roles/iap.tunnelResourceAccessor on the project or the instance; a condition of it may name the port", e)
        { IsFinal = true },
        IapException { Code: NotConnected } => new(
            ConnectionReason.Refused, $"Identity-Aware Proxy has no connection to port {port} of {machine.Name}: {e.Message}",
            "does an SSH server listen there, and does a firewall rule of the network let 35.235.240.0/20 in?", e),
        IapException or WebSocketException or IOException => new(ConnectionReason.TunnelFailed, $"the IAP tunnel to {machine.Name}: {e.Message}", null, e),
        TimeoutException => new(ConnectionReason.TunnelFailed, $"Identity-Aware Proxy has not said within {ConnectTime.TotalSeconds:0} s whether it reaches {machine.Name}", null, e),
        _ => Explain(GcpErrors.Translate("the token for Identity-Aware Proxy", Api.Conditions.Reasons.ConnectionFailed, e)),
    };

    private static ConnectionException Explain(PlatformException e) => e.Kind is FailureKind.Auth or FailureKind.Terminal
        ? new(ConnectionReason.TunnelDenied, e.Message, e.Hint, e) { IsFinal = true }
        : new(ConnectionReason.TunnelFailed, e.Message, e.Hint, e);
}
