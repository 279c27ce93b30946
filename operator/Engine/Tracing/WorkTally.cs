using ImageOperator.Api.Common;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Engine.Tracing;

/// <summary>Counts an attempt's calls, downloads and waits. Waits beside each other count once.</summary>
/// <param name="earlier">What earlier attempts counted.</param>
/// <param name="time">The clock.</param>
internal sealed class WorkTally(TargetTiming? earlier, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly long _started = time.GetTimestamp();
    private TimeSpan _waited;
    private long _waitStarted;
    private int _depth;
    private int _calls = earlier?.PlatformCalls ?? 0;
    private int _throttles = earlier?.Throttles ?? 0;
    private long _downloaded = earlier?.DownloadedBytes ?? 0;

    /// <summary>How long this attempt has waited until now.</summary>
    public TimeSpan Waited
    {
        get
        {
            lock (_lock) return _depth > 0 ? _waited + time.GetElapsedTime(_waitStarted) : _waited;
        }
    }

    public void BeginWait()
    {
        lock (_lock)
        {
            if (_depth++ == 0) _waitStarted = time.GetTimestamp();
        }
    }

    public void EndWait()
    {
        lock (_lock)
        {
            if (--_depth == 0) _waited += time.GetElapsedTime(_waitStarted);
        }
    }

    public void CountCall() => Interlocked.Increment(ref _calls);

    public void CountThrottle() => Interlocked.Increment(ref _throttles);

    public void CountDownload(long bytes) => Interlocked.Add(ref _downloaded, bytes);

    /// <summary>All attempts until now.</summary>
    public TargetTiming Timing()
    {
        var waited = Waited;
        var own = time.GetElapsedTime(_started) - waited;
        return new()
        {
            Waiting = new Duration((earlier?.Waiting?.Value ?? TimeSpan.Zero) + waited),
            Own = new Duration((earlier?.Own?.Value ?? TimeSpan.Zero) + (own > TimeSpan.Zero ? own : TimeSpan.Zero)),
            PlatformCalls = _calls,
            Throttles = _throttles > 0 ? _throttles : null,
            DownloadedBytes = _downloaded > 0 ? _downloaded : null,
        };
    }
}
