using System.Diagnostics;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Platforms.Contract.Tests.Suite;

/// <summary>
/// Moves fake time from timer to timer beside real calls: only while none is under way and nothing is computed. To a timer that
/// is far it goes only after a while of quiet, for such timers are limits, and waits have near ones; and so while a process talks with a guest, for what
/// passes between them is seen by nobody.
/// </summary>
internal sealed class Pump(Clock time, Task work, IReadOnlyList<Process> processes)
{
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(35);
    private static readonly TimeSpan LongQuiet = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>A thread that is busy for so long, while no work comes to an end, waits for something outside.</summary>
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongBusy = TimeSpan.FromSeconds(3);

    private static int _idle = int.MaxValue;

    public async Task RunAsync()
    {
        while (!Over)
        {
            if (IsCalling)
            {
                await Task.WhenAny(work, Task.Delay(1));
                continue;
            }

            if (!await IsQuietAsync()) continue;
            if (!time.AdvanceToNext()) await Task.WhenAny(work, Task.Delay(1));
        }
    }

    private bool IsCalling => processes.Any(p => !p.Dead && p.UnderWay > 0);

    private bool IsTalking => processes.Any(p => !p.Dead && p.IsTalking);

    private bool Over => work.IsCompleted || processes.All(p => p.Dead);

    private async Task<bool> IsQuietAsync()
    {
        var limit = Stopwatch.StartNew();
        var quiet = new Quiet();
        var before = 0L;
        for (var looks = 0; limit.Elapsed < Limit || looks < Limit.TotalMilliseconds / 4; looks++)
        {
            if (IsCalling || Over) return false;
            // Asked each time: what goes on meanwhile sets the near timer that ends the long wait.
            var howLong = time.UntilNext is { } next && next <= Near && !IsTalking ? TimeSpan.Zero : LongQuiet;
            var done = ThreadPool.CompletedWorkItemCount;
            // The look itself is a work item or two.
            if (ThreadPool.PendingWorkItemCount > 0 || done - before > 2) quiet.Restart();
            else if (quiet.Lasts(howLong + (IsPoolIdle() ? TimeSpan.Zero : howLong > TimeSpan.Zero ? LongBusy : Busy)))
            {
                // Who was busy for so long is a thread that stays: it is waited for once, not at each far timer.
                if (quiet.Lasts(LongBusy)) _idle = BusyThreads();
                return !IsCalling && !Over;
            }

            before = done;
            quiet.Looks++;
            await Task.Delay(1);
        }

        return true;
    }

    /// <summary>How long it is quiet: by the clock, and by looks, for on a machine with other work to do time passes in which nobody here could have done anything.</summary>
    private sealed class Quiet
    {
        private readonly Stopwatch _since = Stopwatch.StartNew();

        public int Looks { get; set; }

        public void Restart()
        {
            _since.Restart();
            Looks = 0;
        }

        public bool Lasts(TimeSpan time) => _since.Elapsed >= time && Looks >= time.TotalMilliseconds / 4;
    }

    private static bool IsPoolIdle()
    {
        var busy = BusyThreads();
        _idle = Math.Min(_idle, busy);
        return busy <= Math.Max(_idle, Thread.CurrentThread.IsThreadPoolThread ? 1 : 0);
    }

    private static int BusyThreads()
    {
        ThreadPool.GetAvailableThreads(out var available, out _);
        ThreadPool.GetMaxThreads(out var most, out _);
        return most - available;
    }
}
