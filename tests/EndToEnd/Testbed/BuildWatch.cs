using ImageOperator.Api.ImageBuilds;
using ImageOperator.Runtime.Client;

namespace ImageOperator.EndToEnd.Tests.Testbed;

/// <summary>Every state of a build that the API server told of, in order.</summary>
internal sealed class BuildWatch : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Lab lab;
    private readonly string name;
    private readonly Lock gate = new();
    private readonly List<ImageBuild> seen = [];
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Task running;
    private TaskCompletionSource changed = New();
    private bool gone;

    public BuildWatch(Lab lab, string name)
    {
        this.lab = lab;
        this.name = name;
        running = RunAsync();
    }

    public IReadOnlyList<ImageBuild> Seen
    {
        get
        {
            lock (gate) return [.. seen];
        }
    }

    public ImageBuild Last => Seen[^1];

    public Task<ImageBuild> EndAsync(TimeSpan? patience = null) => WaitAsync(b => b.Status?.CompletionTime is not null, "the end", patience);

    /// <summary>The first state, from the beginning, that is as wanted.</summary>
    public async Task<ImageBuild> WaitAsync(Func<ImageBuild, bool> until, string what, TimeSpan? patience = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var next = 0; ;)
        {
            Task change;
            lock (gate)
            {
                for (; next < seen.Count; next++)
                {
                    if (until(seen[next])) return seen[next];
                }

                Assert.False(gone, $"{name} went away before {what}");
                change = changed.Task;
            }

            await WithinAsync(change, started, patience, what);
        }
    }

    public async Task GoneAsync(TimeSpan? patience = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Task change;
            lock (gate)
            {
                if (gone) return;
                change = changed.Task;
            }

            await WithinAsync(change, started, patience, "its removal");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }

    private async Task WithinAsync(Task change, long started, TimeSpan? patience, string what)
    {
        var left = (patience ?? Patience) - TimeProvider.System.GetElapsedTime(started);
        try
        {
            await change.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, stop.Token);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{name}: waited {(patience ?? Patience).TotalSeconds} s for {what}; last seen: {Diagnosis.Show(seen.LastOrDefault())}");
        }
    }

    private async Task RunAsync()
    {
        string? version = null;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var options = new WatchOptions { Namespace = lab.Namespace, FieldSelector = $"metadata.name={name}", ResourceVersion = version };
                await foreach (var change in lab.Client.WatchAsync<ImageBuild>(options, stop.Token))
                {
                    version = change.ResourceVersion;
                    Take(change);
                }
            }
            catch (ApiException e)
            {
                // The API server is away, or forgot the version: once more, with what is there then.
                if (e.Error == ApiError.Expired) version = null;
                await Task.Delay(Pause, TimeProvider.System, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Take(WatchEvent<ImageBuild> change)
    {
        lock (gate)
        {
            if (change.Type == WatchType.Deleted) gone = true;
            else if (change.Object is { } build && (seen.Count == 0 || seen[^1].Metadata.ResourceVersion != build.Metadata.ResourceVersion)) seen.Add(build);
            var told = changed;
            changed = New();
            told.SetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
