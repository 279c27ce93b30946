using System.Collections.Concurrent;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Controllers;
using ImageOperator.Runtime.Tests.Testbed;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ImageOperator.Runtime.Tests.Controllers;

public sealed class ControllerTests
{
    private static readonly ObjectKey Key = new("ns", "a");
    private readonly FakeTimeProvider time = new();
    private readonly Script script = new();

    [Fact]
    public async Task Reconcile_FailsManyTimes_IsNeverDropped()
    {
        using var controller = Start();
        for (var i = 1; i <= 60; i++)
        {
            script.Next.Enqueue((_, _) => throw new InvalidOperationException("again"));
        }

        controller.Queue.Add(Key);
        await Eventually.True(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return script.Calls == 61;
        });
        await Eventually.True(() => controller.Queue.Failures(Key) == 0);
    }

    [Fact]
    public async Task Reconcile_Waiting_ComesBackThen()
    {
        using var controller = Start();
        script.Next.Enqueue((_, _) => Task.FromResult(ReconcileResult.Waiting(TimeSpan.FromMinutes(1))));
        controller.Queue.Add(Key);
        await Eventually.True(() => script.Settled == 1);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, script.Calls);
        await Eventually.True(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return script.Calls == 2;
        });
    }

    [Fact]
    public async Task Reconcile_Stalled_WaitsForAChange()
    {
        using var controller = Start();
        script.Next.Enqueue((_, _) => Task.FromResult(ReconcileResult.Stalled("BadSpec")));
        controller.Queue.Add(Key);
        await Eventually.True(() => script.Settled == 1);
        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal((1, 0), (script.Calls, controller.Queue.Count));
        controller.Queue.Add(Key);
        await Eventually.True(() => script.Calls == 2);
    }

    [Fact]
    public async Task Reconcile_TooManyRequests_WaitsAsLongAsTheServerSays()
    {
        using var controller = Start();
        script.Next.Enqueue((_, _) => throw new ApiException("slow down") { Error = ApiError.TooManyRequests, RetryAfter = TimeSpan.FromSeconds(30) });
        controller.Queue.Add(Key);
        await Eventually.True(() => controller.Queue.Failures(Key) == 1);
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(1, script.Calls);
        await Eventually.True(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return script.Calls == 2;
        });
    }

    [Fact]
    public async Task Reconcile_TooSlow_IsCancelledAndRetried()
    {
        using var controller = Start();
        script.Next.Enqueue(async (_, ct) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, ct);
            return ReconcileResult.Done;
        });
        controller.Queue.Add(Key);
        await Eventually.True(() => script.Calls == 1);
        await Eventually.True(() =>
        {
            time.Advance(TimeSpan.FromMinutes(1));
            return script.Calls == 2;
        });
    }

    [Fact]
    public async Task Stop_WhileReconciling_LetsItEndAndLeavesTheRest()
    {
        using var controller = Start(workers: 1);
        var release = new TaskCompletionSource();
        script.Next.Enqueue(async (_, _) =>
        {
            await release.Task;
            return ReconcileResult.Done;
        });
        controller.Queue.Add(Key);
        controller.Queue.Add(new("ns", "b"));
        await Eventually.True(() => script.Calls == 1);
        var stopping = controller.StopAsync(TimeSpan.FromSeconds(10));
        controller.Queue.Add(new("ns", "too-late"));
        release.SetResult();
        await stopping;
        Assert.Equal(["a"], script.Keys.Select(k => k.Name));
    }

    [Fact]
    public async Task Start_AfterStop_WorksAgainAndHearsOfEverything()
    {
        List<Action<ObjectKey>> enqueues = [];
        var disconnected = 0;
        using var controller = new Controller(
            "test", script, new(), [enqueue => Connect(enqueue)], TestMetrics.Create(), time, NullLogger<Controller>.Instance);
        controller.Start();
        await Eventually.True(() => script.Settled == 1);
        Assert.True(await controller.StopAsync(TimeSpan.Zero));
        enqueues[0](new("ns", "between"));

        controller.Start();
        await Eventually.True(() => script.Settled == 2);
        enqueues[1](new("ns", "b"));
        await Eventually.True(() => script.Settled == 3);

        Assert.Equal(["a", "a", "b"], script.Keys.Select(k => k.Name));
        Assert.Equal(1, disconnected);

        Connection Connect(Action<ObjectKey> enqueue)
        {
            enqueues.Add(enqueue);
            enqueue(Key);
            return new(() => disconnected++);
        }
    }

    [Theory]
    [InlineData(ApiError.Transient)]
    [InlineData(ApiError.Forbidden)]
    public async Task Reconcile_ServerAwayForLong_IsTriedAgainSoonAfterItsReturn(ApiError error)
    {
        using var controller = new Controller(
            "test", script, new() { BackoffCap = TimeSpan.FromHours(1), OutageCap = TimeSpan.FromSeconds(5) }, [], TestMetrics.Create(), time, NullLogger<Controller>.Instance);
        controller.Start();
        for (var i = 0; i < 30; i++)
        {
            script.Next.Enqueue((_, _) => throw new ApiException("away") { Error = error });
        }

        controller.Queue.Add(Key);
        for (var calls = 1; calls <= 30; calls++)
        {
            var failed = calls;
            await Eventually.True(() => controller.Queue.Failures(Key) == failed);
            time.Advance(TimeSpan.FromSeconds(5));
        }

        await Eventually.True(() => script.Settled == 1);
    }

    [Fact]
    public async Task Stop_TimeIsUp_CancelsWhatRuns()
    {
        using var controller = Start();
        var cancelled = new TaskCompletionSource();
        script.Next.Enqueue(async (_, ct) =>
        {
            using var registration = ct.Register(cancelled.SetResult);
            await Task.Delay(Timeout.InfiniteTimeSpan, time, ct);
            return ReconcileResult.Done;
        });
        controller.Queue.Add(Key);
        await Eventually.True(() => script.Calls == 1);
        var stopping = controller.StopAsync(TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(cancelled.Task.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        await stopping;
    }

    private Controller Start(int workers = 2)
    {
        var controller = new Controller("test", script, new() { Workers = workers, BackoffCap = TimeSpan.FromSeconds(1) }, [], TestMetrics.Create(), time, NullLogger<Controller>.Instance);
        controller.Start();
        return controller;
    }

    private sealed class Connection(Action end) : IDisposable
    {
        public void Dispose() => end();
    }

    private sealed class Script : IReconciler
    {
        private int calls;
        private int settled;

        public ConcurrentQueue<Func<ObjectKey, CancellationToken, Task<ReconcileResult>>> Next { get; } = [];

        public ConcurrentQueue<ObjectKey> Keys { get; } = [];

        public int Calls => calls;

        public int Settled => settled;

        public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
        {
            Keys.Enqueue(key);
            Interlocked.Increment(ref calls);
            var result = Next.TryDequeue(out var step) ? await step(key, cancellationToken) : ReconcileResult.Done;
            Interlocked.Increment(ref settled);
            return result;
        }
    }
}
