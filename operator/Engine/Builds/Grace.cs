namespace ImageOperator.Engine.Builds;

/// <summary>
/// A token that outlives the wish to stop by a time, for what must be written in the end. Without that wish it is never
/// cancelled: a build that took hours waits for its journal.
/// </summary>
internal sealed class Grace : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;

    public Grace(TimeSpan length, TimeProvider time, CancellationToken stopping)
    {
        // CancelAfter goes by the clock that the source was made with.
        _source = new(Timeout.InfiniteTimeSpan, time);
        _registration = stopping.Register(() => _source.CancelAfter(length));
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }
}
