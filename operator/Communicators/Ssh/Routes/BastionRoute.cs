using System.Net.Sockets;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Connecting;
using ImageOperator.Communicators.Ssh.Keys;
using ImageOperator.Communicators.Ssh.SshNet;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Routes;

/// <summary>Through a bastion: one login to it, a forwarded channel for each connection. A login that broke is replaced.</summary>
/// <param name="inner">The way to the bastion.</param>
/// <param name="bastion">Its address.</param>
/// <param name="identity">Who logs in there.</param>
/// <param name="pinned">Its host keys.</param>
/// <param name="hop">What it is called: <c>bastions[0]</c>.</param>
/// <param name="keepAliveInterval">How often it is probed.</param>
/// <param name="time">The clock.</param>
internal sealed class BastionRoute(
    IRoute inner, MachineEndpoint bastion, LoginIdentity identity, PinnedKeys pinned, string hop, TimeSpan keepAliveInterval, TimeProvider time) : IRoute
{
    private static readonly TimeSpan GreetingTime = TimeSpan.FromSeconds(20);
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Login _login = new(bastion, identity, pinned, hop, false, time);
    private LiveSession? _live;

    public async Task<Socket> ConnectAsync(MachineEndpoint endpoint, CancellationToken cancellationToken)
    {
        var live = await UseAsync(cancellationToken).ConfigureAwait(false);
        DataChannel channel;
        try
        {
            channel = await live.Hub.OpenForwardAsync(endpoint.Host, endpoint.Port, cancellationToken).ConfigureAwait(false);
        }
        catch (ForwardRefusedException error)
        {
            throw new RouteException(Explain(error, endpoint));
        }
        catch (Engine.Failures.ConnectionException error)
        {
            throw new RouteException(new(error.Reason ?? ConnectionReason.SessionBroken, $"{hop}: {error.Message}", Error: error) { Hop = hop });
        }

        try
        {
            var (ours, theirs) = await SocketPair.CreateAsync(cancellationToken).ConfigureAwait(false);
            new ChannelPump(theirs, channel).Start();
            return ours;
        }
        catch
        {
            channel.Close();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_live is not null) await _live.DisposeAsync().ConfigureAwait(false);
        await inner.DisposeAsync().ConfigureAwait(false);
        _gate.Dispose();
    }

    private async Task<LiveSession> UseAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_live is { } live && live.Hub.Broken is null) return live;
            if (_live is not null) await _live.DisposeAsync().ConfigureAwait(false);
            _live = null;
            return _live = await LogInAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<LiveSession> LogInAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var socket = await GreetedAsync(cancellationToken).ConfigureAwait(false);
            var (session, failure) = await _login.TryAsync(socket, cancellationToken).ConfigureAwait(false);
            if (session is not null) return new LiveSession(session, socket, keepAliveInterval, time);
            // Another type of host key is to be asked for.
            if (failure is { Reason: ConnectionReason.WrongHostKey, Patience: Patience.UntilTimeout }) continue;
            throw new RouteException(failure!);
        }
    }

    private async Task<Socket> GreetedAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(GreetingTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var dial = GuestDial.Start(bastion, inner, time, either.Token);
        ConnectFailure? failure;
        try
        {
            failure = await dial.Outcome.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            failure = dial.Silence;
        }
        catch
        {
            dial.Dispose();
            throw;
        }

        if (failure is null) return dial.Take();
        dial.Dispose();
        throw new RouteException(failure with { Hop = failure.Hop ?? hop });
    }

    /// <summary>sshd tells the system's error of its own connect.</summary>
    private ConnectFailure Explain(ForwardRefusedException error, MachineEndpoint endpoint)
    {
        var address = $"{endpoint.Host}:{endpoint.Port}";
        if (error.IsDenied) return new(ConnectionReason.ForwardingDenied, $"{hop} does not allow forwarding to {address}: {error.Message}", Patience.None, error) { Hop = hop };
        var reason = error.Message switch
        {
            var text when text.Contains("refused", StringComparison.OrdinalIgnoreCase) => ConnectionReason.Refused,
            var text when text.Contains("route", StringComparison.OrdinalIgnoreCase) || text.Contains("unreachable", StringComparison.OrdinalIgnoreCase) => ConnectionReason.NoRoute,
            var text when text.Contains("not known", StringComparison.OrdinalIgnoreCase) || text.Contains("resol", StringComparison.OrdinalIgnoreCase) => ConnectionReason.NameUnknown,
            _ => ConnectionReason.NoAnswer,
        };
        return new(reason, $"{address}, seen from {hop}: {error.Message}", Error: error);
    }
}
