using System.Diagnostics;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Platforms.Contract.Tests.Suite;

/// <summary>
/// Moves fake time from timer to timer beside real calls: only while none is under way, no work is queued and every other thread of this process sleeps, by the
/// kernel's word. A machine that is busy with other things cannot make it believe that all is done. To a timer that
/// is far it goes only after a while in which no work has come to an end, for such timers are limits, and waits have near ones; and so while a process talks
/// with a guest, for what passes between them is seen by nobody.
/// </summary>
internal sealed class Pump(Clock time, Task work, IReadOnlyList<Process> processes)
{
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(35);
    private static readonly TimeSpan LongQuiet = TimeSpan.FromMilliseconds(250);

    /// <summary>Nothing here computes for so long.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly ManualResetEvent _never = new(false);

    /// <summary>On a thread of its own, for the pool's are looked at.</summary>
    public Task RunAsync()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                Run();
                ended.SetResult();
            }
            catch (Exception e)
            {
                ended.SetException(e);
            }
        })
        { IsBackground = true, Name = "pump" }.Start();
        return ended.Task;
    }

    private bool IsCalling => processes.Any(p => !p.Dead && p.UnderWay > 0);

    private bool IsTalking => processes.Any(p => !p.Dead && p.IsTalking);

    private bool Over => work.IsCompleted || processes.All(p => p.Dead);

    // A wait of the pool, or of a timer, would be seen as work.
    private void Rest() => _never.WaitOne(1);

    private void Run()
    {
        using var threads = new Threads();
        while (!Over)
        {
            if (IsCalling || !IsQuiet(threads) || !time.AdvanceToNext()) Rest();
        }
    }

    private bool IsQuiet(Threads threads)
    {
        var (limit, quiet, done) = (Stopwatch.StartNew(), Stopwatch.StartNew(), ThreadPool.CompletedWorkItemCount);
        while (!IsCalling && !Over)
        {
            var still = threads.AreStill() && ThreadPool.PendingWorkItemCount == 0;
            if (ThreadPool.CompletedWorkItemCount is var now && now != done)
            {
                done = now;
                quiet.Restart();
            }

            // Asked each time: what goes on meanwhile sets the near timer that ends the long wait.
            var howLong = time.UntilNext is { } next && next <= Near && !IsTalking ? TimeSpan.Zero : LongQuiet;
            if (still && quiet.Elapsed >= howLong) return !IsCalling && !Over;
            if (limit.Elapsed > Limit) throw new InvalidOperationException($"there is no quiet within {Limit}; these threads can run: {string.Join(", ", threads.Runnable)}");
            Rest();
        }

        return false;
    }
}
