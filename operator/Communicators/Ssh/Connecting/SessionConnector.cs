using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Communicators.Ssh.Guests;
using ImageOperator.Communicators.Ssh.Routes;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Connecting;

/// <summary>Tries until there is a session to work with, or it is certain that there will be none.</summary>
internal sealed class SessionConnector(ConnectRequest request, SshCommunicator settings, SessionPath path, TimeProvider time)
{
    /// <summary>How long a server that refuses us may be one whose seed is not applied yet.</summary>
    public static readonly TimeSpan SeedingTime = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LoginPause = TimeSpan.FromMilliseconds(500);
    private readonly GuestDialer _dialer = new(request.Machine.Endpoint, path.Route, time);
    private readonly Login _login = new(request.Machine.Endpoint, path.Identity, path.HostKeys, null, IsEmulated(request.Machine), time);
    private readonly long _started = time.GetTimestamp();
    private ConnectFailure? _last;
    private TimeSpan? _seedingUntil;
    private int _logins;

    private string User => request.Credentials.User;

    /// <param name="limit">How long to try.</param>
    /// <param name="accept">Whether a session is the one that is waited for; null: each is.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    public async Task<LiveSession> ConnectAsync(TimeSpan limit, Func<LiveSession, ConnectFailure?>? accept, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        _ = CancelAtEndOfMachineAsync(stop, stop.Token);
        try
        {
            await request.Machine.WaitUntilReachableAsync(stop.Token).ConfigureAwait(false);
            return await TryAsync(accept, stop.Token).ConfigureAwait(false);
        }
        catch (RouteException error)
        {
            throw Failed(error.Failure);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw await ExplainAsync().ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task<LiveSession> TryAsync(Func<LiveSession, ConnectFailure?>? accept, CancellationToken cancellationToken)
    {
        while (true)
        {
            var socket = await _dialer.DialAsync(cancellationToken).ConfigureAwait(false);
            _logins++;
            var (session, failure) = await _login.TryAsync(socket, cancellationToken).ConfigureAwait(false);
            if (session is not null)
            {
                var live = new LiveSession(session, socket, settings.KeepAliveInterval.Value, time);
                failure = await ProbeAsync(live, accept, cancellationToken).ConfigureAwait(false);
                if (failure is null)
                {
                    Say(MessageLevel.Debug, $"logged in as {User} after {Elapsed()}, {Tries()}");
                    return live;
                }
            }

            _last = failure!;
            Say(MessageLevel.Debug, _last.Text);
            if (!IsWorthAnotherTry(_last)) throw Failed(_last);
            await Task.Delay(LoginPause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ConnectFailure?> ProbeAsync(LiveSession live, Func<LiveSession, ConnectFailure?>? accept, CancellationToken cancellationToken)
    {
        ConnectFailure? failure;
        try
        {
            (var facts, failure) = await GuestProbe.RunAsync(live, User, cancellationToken).ConfigureAwait(false);
            live.Facts = facts ?? live.Facts;
            failure ??= accept?.Invoke(live);
        }
        catch (ConnectionException error)
        {
            failure = new ConnectFailure(error.Reason ?? ConnectionReason.SessionBroken, $"the session broke directly after the login: {error.Message}", Error: error);
        }
        catch
        {
            await live.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        if (failure is not null) await live.DisposeAsync().ConfigureAwait(false);
        return failure;
    }

    private bool IsWorthAnotherTry(ConnectFailure failure)
    {
        if (failure.Patience != Patience.WhileSeeding) return failure.Patience == Patience.UntilTimeout;
        var now = time.GetElapsedTime(_started);
        _seedingUntil ??= now + SeedingTime;
        return now < _seedingUntil;
    }

    private async Task<ConnectionException> ExplainAsync() => request.Machine.Ended.IsCompleted
        ? new ConnectionException(
            ConnectionReason.MachineEnded,
            $"the machine ended before there was a session: {await request.Machine.Ended.ConfigureAwait(false)} (after {Elapsed()}, {Tries()})",
            ConnectionHints.For(ConnectionReason.MachineEnded, User))
        : Failed(await ServiceQuestion.AskAsync(_dialer.LastAnswer ?? _last ?? _dialer.Silence, request.Machine.Endpoint, path.Route, time).ConfigureAwait(false));

    private ConnectionException Failed(ConnectFailure failure) => new(
        failure.Reason, $"no SSH session after {Elapsed()} and {Tries()}: {failure.Text}", failure.Hint ?? ConnectionHints.For(failure.Reason, path.UserOf(failure.Hop), failure.Hop), failure.Error)
    {
        Hop = failure.Hop,
    };

    private async Task CancelAtEndOfMachineAsync(CancellationTokenSource stop, CancellationToken stopped)
    {
        try
        {
            await request.Machine.Ended.WaitAsync(stopped).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // Connected, or given up.
        }
    }

    // Platforms that emulate say so: "TCG: …". It decides the cipher only.
    private static bool IsEmulated(IMachine machine) => machine.Status.Accelerator?.StartsWith("TCG", StringComparison.Ordinal) == true;

    private string Elapsed() => FormattableString.Invariant($"{time.GetElapsedTime(_started).TotalSeconds:0.0} s");

    private string Tries() => $"{_dialer.Tries} connection{(_dialer.Tries == 1 ? "" : "s")} and {_logins} login{(_logins == 1 ? "" : "s")} tried";

    private void Say(MessageLevel level, string text) => request.Observer.Observe(new BuildEvent.Message(level, $"ssh: {text}"));
}
