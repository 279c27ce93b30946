using System.Net.Sockets;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using Renci.SshNet;

namespace ImageOperator.Communicators.Ssh.Connecting;

/// <summary>Tries until there is a session, or it is certain that there will be none.</summary>
internal sealed class SessionConnector(ConnectRequest request, SshCommunicator settings, TimeProvider time)
{
    /// <summary>How long a server that refuses us may be one whose seed is not applied yet.</summary>
    public static readonly TimeSpan SeedingTime = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LoginPause = TimeSpan.FromMilliseconds(500);
    private readonly GuestDialer _dialer = new(request.Machine.Endpoint, time);
    private readonly Login _login = new(request.Machine.Endpoint, request.Credentials);
    private readonly long _started = time.GetTimestamp();
    private ConnectFailure? _last;
    private TimeSpan? _seedingUntil;
    private int _logins;

    private string User => request.Credentials.User;

    public async Task<(Session Session, Socket Socket)> ConnectAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(settings.Timeout.Value, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        _ = CancelAtEndOfMachineAsync(stop, stop.Token);
        try
        {
            await request.Machine.WaitUntilReachableAsync(stop.Token).ConfigureAwait(false);
            return await TryAsync(stop.Token).ConfigureAwait(false);
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

    private async Task<(Session Session, Socket Socket)> TryAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            _last = null;
            var socket = await _dialer.DialAsync(cancellationToken).ConfigureAwait(false);
            _logins++;
            var (session, failure) = await _login.TryAsync(socket, cancellationToken).ConfigureAwait(false);
            if (session is not null)
            {
                Say(MessageLevel.Debug, $"logged in as {User} after {Elapsed()}, {Tries()}");
                return (session, socket);
            }

            _last = failure!;
            Say(MessageLevel.Debug, _last.Text);
            if (!IsWorthAnotherTry(_last)) throw Failed(_last);
            await Task.Delay(LoginPause, time, cancellationToken).ConfigureAwait(false);
        }
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
            ConnectionLayer.Machine,
            $"the machine ended before there was a session: {await request.Machine.Ended.ConfigureAwait(false)} (after {Elapsed()}, {Tries()})",
            ConnectionHints.For(ConnectionLayer.Machine, User))
        : Failed(_last ?? _dialer.LastFailure);

    private ConnectionException Failed(ConnectFailure failure) => new(
        failure.Layer, $"no SSH session after {Elapsed()} and {Tries()}: {failure.Text}", ConnectionHints.For(failure.Layer, User), failure.Error);

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

    private string Elapsed() => FormattableString.Invariant($"{time.GetElapsedTime(_started).TotalSeconds:0.0} s");

    private string Tries() => $"{_dialer.Tries} connection{(_dialer.Tries == 1 ? "" : "s")} and {_logins} login{(_logins == 1 ? "" : "s")} tried";

    private void Say(MessageLevel level, string text) => request.Observer.Observe(new BuildEvent.Message(level, $"ssh: {text}"));
}
