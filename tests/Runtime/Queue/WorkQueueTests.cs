using ImageOperator.Runtime.Queue;
using ImageOperator.Runtime.Tests.Testbed;
using Microsoft.Extensions.Time.Testing;

namespace ImageOperator.Runtime.Tests.Queue;

public sealed class WorkQueueTests
{
    private readonly FakeTimeProvider time = new();
    private readonly WorkQueue<string> queue;

    public WorkQueueTests() => queue = new("test", new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)), TestMetrics.Create(), time);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Take_AfterManyAdds_GivesTheKeyOnce()
    {
        queue.Add("a");
        queue.Add("a");
        queue.Add("b");
        Assert.Equal(2, queue.Count);
        Assert.Equal("a", await TakeAsync());
        Assert.Equal("b", await TakeAsync());
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task Add_WhileProcessing_ComesAgainAfterDone()
    {
        queue.Add("a");
        Assert.Equal("a", await TakeAsync());
        queue.Add("a");
        Assert.Equal(0, queue.Count);
        queue.Done("a");
        Assert.Equal("a", await TakeAsync());
        queue.Done("a");
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task AddAfter_Twice_TheEarliestCounts()
    {
        queue.AddAfter("a", TimeSpan.FromSeconds(10));
        queue.AddAfter("a", TimeSpan.FromSeconds(3));
        queue.AddAfter("a", TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Equal(0, queue.Count);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("a", await TakeAsync());
        queue.Done("a");
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, queue.Count);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task AddAfter_WallClockJumps_WaitsAsLongAsWasSaid(int hours)
    {
        var jumping = new JumpingClock(time);
        using var delayed = new WorkQueue<string>("test", new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)), TestMetrics.Create(), jumping);
        delayed.AddAfter("a", TimeSpan.FromSeconds(10));
        jumping.Offset = TimeSpan.FromHours(hours);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, delayed.Count);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("a", (await delayed.TakeAsync(Ct)).Key);
    }

    [Fact]
    public void AddRateLimited_AgainAndAgain_DoublesUpToTheCapAndForgets()
    {
        var delays = Enumerable.Range(0, 6).Select(_ => queue.AddRateLimited("a").TotalSeconds);
        Assert.Equal([1, 2, 4, 8, 10, 10], delays);
        Assert.Equal(6, queue.Failures("a"));
        queue.Forget("a");
        Assert.Equal(1, queue.AddRateLimited("a").TotalSeconds);
        Assert.Equal(30, queue.AddRateLimited("a", TimeSpan.FromSeconds(30)).TotalSeconds);
    }

    [Fact]
    public void AddRateLimited_ManyThousandFailures_StaysAtTheCap() =>
        Assert.Equal(TimeSpan.FromMinutes(5), new Backoff(TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(5)).After(100_000));

    [Fact]
    public async Task ShutDown_WithReadyKeys_HandsThemOutThenEnds()
    {
        queue.Add("a");
        queue.Add("b");
        queue.AddAfter("c", TimeSpan.FromSeconds(1));
        Assert.Equal("a", await TakeAsync());
        queue.Add("a");
        queue.ShutDown();
        queue.Add("d");
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("b", await TakeAsync());
        queue.Done("b");
        queue.Done("a");
        Assert.Equal("a", await TakeAsync());
        queue.Done("a");
        Assert.False((await queue.TakeAsync(Ct)).Taken);
    }

    [Fact]
    public async Task Take_WhenShutDownWhileWaiting_Ends()
    {
        var waiting = queue.TakeAsync(Ct).AsTask();
        queue.ShutDown();
        Assert.False((await waiting).Taken);
    }

    private async Task<string> TakeAsync()
    {
        var taken = await queue.TakeAsync(Ct).AsTask().WaitAsync(TimeSpan.FromSeconds(5), Ct);
        Assert.True(taken.Taken);
        return taken.Key;
    }
}
