using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Journal;

/// <summary>
/// The target's status in memory and its way to the journal. <see cref="UpdateAsync"/> is durable when it returns;
/// <see cref="Post"/> is written soon, together with what else changed.
/// </summary>
internal sealed class TargetRecord : IAsyncDisposable
{
    /// <summary>How long posted changes may stay unwritten: people watch them, nothing depends on them.</summary>
    private static readonly TimeSpan PostDelay = TimeSpan.FromMilliseconds(200);

    private readonly IBuildJournal _journal;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _fencing = new();
    private TargetStatus _current;
    private long _version;
    private long _saved;
    private Task? _flush;
    private FencedException? _fenced;

    private TargetRecord(IBuildJournal journal, TimeProvider time, TargetStatus current)
    {
        _journal = journal;
        _time = time;
        _current = current;
    }

    /// <summary>The status as of now, unwritten changes included.</summary>
    public TargetStatus Current
    {
        get
        {
            lock (_lock) return _current;
        }
    }

    /// <summary>Is cancelled when a write, in the background too, has found a newer attempt: work must stop.</summary>
    public CancellationToken Fenced => _fencing.Token;

    /// <summary>Reads the journal.</summary>
    public static async Task<TargetRecord> OpenAsync(IBuildJournal journal, string target, TimeProvider time, CancellationToken cancellationToken)
    {
        var loaded = await journal.LoadAsync(cancellationToken).ConfigureAwait(false);
        return new(journal, time, loaded ?? new TargetStatus { Name = target });
    }

    /// <summary>Changes the status, and returns when the journal has it.</summary>
    /// <exception cref="FencedException">A newer attempt has taken over.</exception>
    public async Task UpdateAsync(Func<TargetStatus, TargetStatus> change, CancellationToken cancellationToken)
    {
        await SaveAsync(Change(change), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Changes the status, and lets the journal have it soon.</summary>
    public void Post(Func<TargetStatus, TargetStatus> change)
    {
        Change(change);
        lock (_lock)
        {
            if (_fenced is null && _flush is not { IsCompleted: false }) _flush = FlushSoonAsync();
        }
    }

    /// <summary>Writes nothing more in the background. What was posted and not yet written must be saved by an update before.</summary>
    public async ValueTask DisposeAsync()
    {
        _closing.Cancel();
        Task? flush;
        lock (_lock) flush = _flush;
        if (flush is not null) await flush.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closing.Dispose();
        _fencing.Dispose();
        _writing.Dispose();
    }

    private long Change(Func<TargetStatus, TargetStatus> change)
    {
        lock (_lock)
        {
            _current = change(_current);
            return ++_version;
        }
    }

    private async Task SaveAsync(long version, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_fenced is not null) throw new FencedException(_fenced.Attempt);
            if (_saved >= version) return;
            TargetStatus snapshot;
            long snapshotVersion;
            lock (_lock) (snapshot, snapshotVersion) = (_current, _version);
            await _journal.SaveAsync(snapshot, cancellationToken).ConfigureAwait(false);
            _saved = snapshotVersion;
        }
        catch (FencedException fenced)
        {
            _fenced = fenced;
            _fencing.Cancel();
            throw;
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task FlushSoonAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(PostDelay, _time, _closing.Token).ConfigureAwait(false);
                long version;
                lock (_lock) version = _version;
                await SaveAsync(version, _closing.Token).ConfigureAwait(false);
                lock (_lock)
                {
                    if (_version > version) continue;
                    _flush = null;
                    return;
                }
            }
        }
        catch (Exception)
        {
            // The next durable update meets the same, and tells.
        }
    }
}
