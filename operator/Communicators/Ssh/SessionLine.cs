using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Communicators.Ssh.Connecting;
using ImageOperator.Communicators.Ssh.Guests;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh;

/// <summary>The login that lasts, or the next one: a session that broke is replaced when it is needed again.</summary>
internal sealed class SessionLine(ConnectRequest request, SshCommunicator settings, SessionPath path, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly BootLog _boots = new();
    private LiveSession? _live;

    public string User => request.Credentials.User;

    public TimeProvider Time => time;

    /// <summary>The login that is there, broken or not.</summary>
    public LiveSession Current => _live ?? throw new InvalidOperationException("not connected");

    /// <summary>Logs in for the first time.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await LogInAsync(settings.Timeout.Value, null, cancellationToken).ConfigureAwait(false);
        await WaitForCloudInitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A session that is not known to be broken.</summary>
    /// <exception cref="ConnectionException">It is, and there is no other.</exception>
    public async Task<LiveSession> UseAsync(CancellationToken cancellationToken)
    {
        if (Current.Hub.Broken is null) return Current;
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Current.Hub.Broken is not { } broken) return Current;
            Say(MessageLevel.Warning, $"connecting anew: {broken.Message}");
            var before = Current.Facts.BootId;
            await LogInAsync(settings.Timeout.Value, null, cancellationToken).ConfigureAwait(false);
            if (Current.Facts.BootId != before) Say(MessageLevel.Warning, "the guest has booted anew since the session broke");
            return Current;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Waits for a session in another boot of the guest.</summary>
    /// <exception cref="ConnectionException">There was none in time.</exception>
    public async Task FollowRebootAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var before = Current.Facts.BootId;
            _boots.Expect();
            await LogInAsync(
                limit,
                live => live.Facts.BootId == before ? new ConnectFailure(ConnectionReason.RebootFailed, "the guest still runs in the same boot") : null,
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }

        await WaitForCloudInitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_live is not null) await _live.DisposeAsync().ConfigureAwait(false);
        await path.Route.DisposeAsync().ConfigureAwait(false);
        _gate.Dispose();
    }

    private async Task LogInAsync(TimeSpan limit, Func<LiveSession, ConnectFailure?>? accept, CancellationToken cancellationToken)
    {
        if (_live is not null)
        {
            await _live.DisposeAsync().ConfigureAwait(false);
            // Whoever still waits for it must learn that it is over.
            _live.Hub.Break(new ConnectionException(ConnectionReason.SessionBroken, "the session was closed to make another"));
        }

        _live = await new SessionConnector(request, settings, path, time).ConnectAsync(limit, Accept, cancellationToken).ConfigureAwait(false);

        ConnectFailure? Accept(LiveSession live)
        {
            _boots.Note(live.Facts);
            return _boots.IsLoop
                ? new ConnectFailure(ConnectionReason.RebootLoop, $"the guest has booted more than {BootLog.MostUnexpected} times without being asked to", Patience.None)
                : accept?.Invoke(live);
        }
    }

    private async Task WaitForCloudInitAsync(CancellationToken cancellationToken)
    {
        if (settings.CloudInit is not { } wait) return;
        await new CloudInit(this, wait, text => Say(MessageLevel.Warning, text)).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Say(MessageLevel level, string text) => request.Observer.Observe(new BuildEvent.Message(level, $"ssh: {text}"));
}
