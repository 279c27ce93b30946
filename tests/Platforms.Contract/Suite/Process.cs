using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Platforms.Contract.Tests.Suite;

/// <summary>
/// A process that runs one attempt or a sweep. Each call to the outside passes two numbered points, before and after its
/// effect. At a point the process can be killed: then nothing of it goes on, no clean-up either.
/// </summary>
internal sealed class Process(int attempt, int? killAt = null)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _underWay;
    private int _talking;

    public int Attempt { get; } = attempt;

    public bool Dead => _died.Task.IsCompleted;

    /// <summary>Completes when the process was killed.</summary>
    public Task Died => _died.Task;

    /// <summary>How many calls have not come back: time stands still for them.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>Whether it speaks with a guest: time goes on when nothing has been said for a while, for there are waits in it.</summary>
    public bool IsTalking => Volatile.Read(ref _talking) > 0;

    /// <summary>The points passed, by name; those after an effect end in "!".</summary>
    public List<string> Points { get; } = [];

    /// <summary>Is called at each point.</summary>
    public Action<string>? AtPoint { get; set; }

    public Task<T> CallAsync<T>(string name, Func<Task<T>> effect) => PassAsync(name, by => Interlocked.Add(ref _underWay, by), effect);

    /// <summary>What consists of calls, and of talk with a guest.</summary>
    public Task<T> TalkAsync<T>(string name, Func<Task<T>> effect) => PassAsync(name, by => Interlocked.Add(ref _talking, by), effect);

    private async Task<T> PassAsync<T>(string name, Action<int> count, Func<Task<T>> effect)
    {
        if (!Pass(name)) return await Never<T>();
        count(1);
        try
        {
            return await effect();
        }
        finally
        {
            var alive = Pass(name + "!");
            count(-1);
            if (!alive) await Never<T>();
        }
    }

    public void Kill() => _died.TrySetResult();

    private bool Pass(string name)
    {
        lock (_lock)
        {
            if (Dead) return false;
            var number = Points.Count;
            Points.Add(name);
            if (number == killAt) Kill();
        }

        AtPoint?.Invoke(name);
        return !Dead;
    }

    private static Task<T> Never<T>() => new TaskCompletionSource<T>().Task;
}

/// <summary>The journal as one process reaches it.</summary>
internal sealed class ProcessJournal(JournalStore store, Process process) : IBuildJournal
{
    public StopReason StopReason { get; init; } = StopReason.Cancelled;

    public Task<TargetStatus?> LoadAsync(CancellationToken cancellationToken) => process.CallAsync("journal.load", () => Task.FromResult(store.Status));

    public Task SaveAsync(TargetStatus status, CancellationToken cancellationToken) => process.CallAsync("journal.save", () =>
    {
        lock (store) store.Save(status, process.Attempt);
        return Task.FromResult(0);
    });

    public Task<StopOrder> GetStopOrderAsync(CancellationToken cancellationToken) => process.CallAsync("journal.order", () => Task.FromResult(new StopOrder(StopReason)));

    public Task<ResumeOrder> GetResumeOrderAsync(string target, string step, CancellationToken cancellationToken) => throw new NotSupportedException();

    public string HowToResume(BuildIdentity build, string step) => "";
}
