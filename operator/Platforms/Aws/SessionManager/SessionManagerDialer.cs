using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;

namespace ImageOperator.Platforms.Aws.SessionManager;

/// <summary>
/// Connects to a machine through Session Manager: no port of it is open to anyone. Each connection is a session of its own, ended with it. Sessions have no entries in
/// the ledger: AWS knows them by their machine, and who removes that ends them.
/// </summary>
internal sealed class SessionManagerDialer(string instance, int port, string? profile, string build, AwsClients clients, AwsCalls calls, TimeProvider time, IBuildObserver observer) : IMachineDialer, IAsyncDisposable
{
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(40);

    /// <summary>How long the port may keep silent before who asked gets the connection all the same: SSH servers speak first.</summary>
    private static readonly TimeSpan GreetingTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EndBudget = TimeSpan.FromSeconds(10);

    private readonly AgentHealth _agent = new(instance, profile, clients, calls);
    private readonly SessionSockets _sockets = new(clients, time);
    private readonly HashSet<(PortSession, DataChannel)> _open = [];

    public TimeSpan Pause { get; } = TimeSpan.FromSeconds(3);

    public async Task<Stream> DialAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _agent.CheckAsync(cancellationToken).ConfigureAwait(false);
            var session = await PortSession.StartAsync(instance, port, build, clients, calls, _sockets, cancellationToken).ConfigureAwait(false);
            return await ConnectAsync(session, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e)
        {
            throw Explain(e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        (PortSession, DataChannel)[] open;
        lock (_open) open = [.. _open];
        foreach (var (session, channel) in open) await EndAsync(session, channel).ConfigureAwait(false);
    }

    private async Task<Stream> ConnectAsync(PortSession session, CancellationToken cancellationToken)
    {
        var channel = new DataChannel(session, time, text => observer.Observe(new BuildEvent.Message(MessageLevel.Warning, text)));
        lock (_open) _open.Add((session, channel));
        try
        {
            await channel.OpenAsync(cancellationToken).ConfigureAwait(false);
            await channel.Ready.WaitAsync(HandshakeTime, time, cancellationToken).ConfigureAwait(false);
            await Task.WhenAny(channel.Spoken, channel.Ended, Task.Delay(GreetingTime, time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (!channel.Spoken.IsCompleted && channel.Ended.IsCompleted) throw Unconnected((await channel.Ended.ConfigureAwait(false)).Reason);
            return new TunnelStream(channel, () => EndAsync(session, channel));
        }
        catch (Exception e)
        {
            await EndAsync(session, channel).ConfigureAwait(false);
            throw e switch
            {
                TimeoutException => Failed("the agent did not shake hands in time", "look at /var/log/amazon/ssm/amazon-ssm-agent.log of the machine: does its agent hang?", e),
                SessionRefusedException => Failed(e.Message, "the agent's log in the machine (/var/log/amazon/ssm) tells more; the account's session preferences must not ask for what sessions of ports do not have", e),
                _ => e,
            };
        }
    }

    // Its own time: who disposes of a connection has none to give.
    private async ValueTask EndAsync(PortSession session, DataChannel channel)
    {
        lock (_open)
        {
            if (!_open.Remove((session, channel))) return;
        }

        await channel.DisposeAsync().ConfigureAwait(false);
        using var budget = new CancellationTokenSource(EndBudget, time);
        try
        {
            await session.EndAsync(budget.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is PlatformException or OperationCanceledException or ObjectDisposedException)
        {
            // It ends by itself when nothing passes through it any more, and with its machine.
            observer.Observe(new BuildEvent.Message(MessageLevel.Debug, $"the tunnel's session {session.SessionId} was not ended: {e.Message}"));
        }
    }

    private ConnectionException Explain(PlatformException e) => AwsErrors.CodeOf(e.InnerException ?? e) switch
    {
        "TargetNotConnected" => _agent.NotConnected(e),
        "InvalidDocument" => new(
            ConnectionReason.TunnelDenied, $"{e.Message} ({PortSession.Document})", $"the document {PortSession.Document} is AWS's own: is the endpoint AWS's, and is the document shared with the account in this region?", e)
        { IsFinal = true },
        "AccessDeniedException" when e.Message.Contains(":StartSession", StringComparison.Ordinal) => new(
            ConnectionReason.TunnelDenied, e.Message, $"the policy of the builder's credentials must allow ssm:StartSession on the instance and on the document {PortSession.Document}; docs/platforms/aws.md has all that a build needs", e)
        { IsFinal = true },
        _ when e.Kind == FailureKind.Auth => new(ConnectionReason.TunnelDenied, e.Message, e.Hint, e) { IsFinal = true },
        _ => new(ConnectionReason.TunnelFailed, e.Message, e.Hint, e) { IsFinal = e.Kind is FailureKind.Terminal },
    };

    /// <summary>The agent was there, and the port was not.</summary>
    private ConnectionException Unconnected(string reason) => new(
        ConnectionReason.Refused, $"the SSM agent of {instance} has no connection to port {port}: {reason}",
        "the agent runs but nothing listens on the port: is an SSH server installed and enabled, and is communicator.ssh.port its port?");

    private ConnectionException Failed(string what, string hint, Exception inner) => new(ConnectionReason.TunnelFailed, $"no session to {instance}: {what}", hint, inner);
}
