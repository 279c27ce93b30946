using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Communicators.Ssh.Connecting;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh;

/// <summary>The login that lasts, or the next one: a session that broke is replaced when it is needed again.</summary>
internal sealed class SessionLine(ConnectRequest request, SshCommunicator settings, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private LiveSession? _live;

    public string User => request.Credentials.User;

    public TimeProvider Time => time;

    /// <summary>The login that is there, broken or not.</summary>
    public LiveSession Current => _live ?? throw new InvalidOperationException("not connected");

    /// <summary>Logs in for the first time.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken) =>
        _live = await new SessionConnector(request, settings, time).ConnectAsync(settings.Timeout.Value, null, cancellationToken).ConfigureAwait(false);

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
            await ReplaceAsync(settings.Timeout.Value, null, cancellationToken).ConfigureAwait(false);
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
            await ReplaceAsync(
                limit,
                live => live.Facts.BootId == before ? new ConnectFailure(ConnectionReason.RebootFailed, "the guest still runs in the same boot") : null,
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_live is not null) await _live.DisposeAsync().ConfigureAwait(false);
        _gate.Dispose();
    }

    private async Task ReplaceAsync(TimeSpan limit, Func<LiveSession, ConnectFailure?>? accept, CancellationToken cancellationToken)
    {
        await Current.DisposeAsync().ConfigureAwait(false);
        Current.Hub.Break(new ConnectionException(ConnectionReason.SessionBroken, "the session was closed to make another"));
        _live = await new SessionConnector(request, settings, time).ConnectAsync(limit, accept, cancellationToken).ConfigureAwait(false);
    }

    private void Say(MessageLevel level, string text) => request.Observer.Observe(new BuildEvent.Message(level, $"ssh: {text}"));
}
