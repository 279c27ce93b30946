using System.Globalization;
using ImageOperator.Engine.Events;

namespace ImageOperator.Engine.Journal;

/// <summary>Lets status tell how far a platform's long work is: seldom, for each change is a write to the API server.</summary>
internal sealed class ProgressRecorder(IBuildObserver inner, TargetRecord record, TimeProvider time) : IBuildObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private long? _last;

    public void Observe(BuildEvent buildEvent)
    {
        inner.Observe(buildEvent);
        if (buildEvent is not BuildEvent.Progress progress || !IsDue()) return;
        var words = progress.Fraction is { } fraction ? $"{progress.Text} {Math.Round(fraction * 100).ToString("0", CultureInfo.InvariantCulture)}%" : progress.Text;
        // A step's own progress stands.
        record.Post(s => s.Progress?.Step is not null ? s : s with { Progress = new() { Message = words, Regions = progress.Regions } });
    }

    private bool IsDue()
    {
        lock (_lock)
        {
            if (_last is { } last && time.GetElapsedTime(last) < Interval) return false;
            _last = time.GetTimestamp();
            return true;
        }
    }
}
