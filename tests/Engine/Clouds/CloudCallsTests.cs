using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Engine.Tests.Clouds;

public sealed class CloudCallsTests
{
    private readonly Clock _clock = new();
    private readonly EventLog _log = new();
    private int _tries;

    [Fact]
    public async Task WhatRecovers_IsTriedAgain_WithGrowingPauses()
    {
        var calls = new Calls(_clock, _log);
        var at = new List<TimeSpan>();
        var begun = _clock.GetUtcNow();

        Assert.Equal("made", await PlayAsync(calls.RunAsync(new Call(), _ =>
        {
            at.Add(_clock.GetUtcNow() - begun);
            return ++_tries < 6 ? throw new TimeoutException() : Task.FromResult("made");
        }, CancellationToken.None)));

        var pauses = at.Zip(at.Skip(1), (a, b) => (b - a).TotalSeconds).ToList();
        for (var i = 0; i < pauses.Count; i++) Assert.InRange(pauses[i], 0.25 * Math.Pow(2, i), 0.5 * Math.Pow(2, i));
        Assert.Equal("Test calls: 6 (test:Make 6)", calls.Summary);
    }

    [Fact]
    public async Task WhatNeverRecovers_IsGivenUpAfterFiveMinutes()
    {
        var begun = _clock.GetUtcNow();

        var error = await Assert.ThrowsAsync<PlatformException>(() => PlayAsync(new Calls(_clock, _log).RunAsync<string>(new Call(), _ => throw new TimeoutException(), CancellationToken.None)));

        Assert.Equal(FailureKind.Retryable, error.Kind);
        Assert.InRange(_clock.GetUtcNow() - begun, TimeSpan.FromMinutes(4.5), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task WhatTheCloudDemands_IsNotCountedAsPatience_AndHoldsBackAll()
    {
        var calls = new Calls(_clock, _log) { Wish = TimeSpan.FromMinutes(7) };
        var begun = _clock.GetUtcNow();
        var first = calls.RunAsync(new Call(), _ => ++_tries < 3 ? throw new Throttled() : Task.FromResult("made"), CancellationToken.None);
        var second = calls.RunAsync(new Call(), _ => Task.FromResult("other"), CancellationToken.None);

        Assert.False(second.IsCompleted);
        Assert.Equal("made", await PlayAsync(first));
        Assert.Equal("other", await PlayAsync(second));
        Assert.Equal(TimeSpan.FromMinutes(14), _clock.GetUtcNow() - begun);
    }

    [Fact]
    public async Task DemandsWithoutEnd_AreRefusedAfterHalfAnHour()
    {
        var begun = _clock.GetUtcNow();

        await Assert.ThrowsAsync<PlatformException>(() => PlayAsync(
            new Calls(_clock, _log) { Wish = TimeSpan.FromMinutes(7) }.RunAsync<string>(new Call(), _ => throw new Throttled(), CancellationToken.None)));

        Assert.Equal(TimeSpan.FromMinutes(28), _clock.GetUtcNow() - begun);
    }

    [Fact]
    public async Task BeforeEachTry_WhatMustStandFastIsDone()
    {
        var before = 0;
        var call = new Call { BeforeTry = _ => Task.FromResult(before++) };

        await PlayAsync(new Calls(_clock, _log).RunAsync(call, _ => ++_tries < 3 ? throw new TimeoutException() : Task.FromResult("made"), CancellationToken.None));

        Assert.Equal((3, true), (before, call.Unclear));
    }

    [Fact]
    public async Task WhatIsRefused_IsToldAtOnce()
    {
        await Assert.ThrowsAsync<PlatformException>(() => new Calls(_clock, _log).RunAsync<string>(new Call(), _ => throw new InvalidOperationException(), CancellationToken.None));
        Assert.Null(_clock.UntilNext);
    }

    [Fact]
    public async Task Cancelled_EndsInItsPause()
    {
        using var stop = new CancellationTokenSource();
        var work = new Calls(_clock, _log).RunAsync<string>(new Call(), _ => throw new TimeoutException(), stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
    }

    private async Task<T> PlayAsync<T>(Task<T> work)
    {
        while (!work.IsCompleted)
        {
            Clock.Settle();
            if (!work.IsCompleted && !_clock.AdvanceToNext()) return await work.WaitAsync(TimeSpan.FromSeconds(10));
        }

        return await work;
    }

    private sealed class Throttled : Exception;

    private sealed record Call() : CloudCall(Reasons.MachineFailed)
    {
        public override string System => "test";

        public override string Operation => "Make";

        public override string Name => "test:Make";
    }

    private sealed class Calls(TimeProvider time, EventLog log) : CloudCalls<Call>("Test", time, log)
    {
        public TimeSpan? Wish { get; init; }

        protected override TimeSpan? MayRecover(Call call, Exception error) => error is TimeoutException or Throttled ? Patience : null;

        protected override PlatformException Translate(Call call, Exception error) =>
            new(MayRecover(call, error) is null ? FailureKind.Terminal : FailureKind.Retryable, call.Reason, error.Message, inner: error);

        protected override string? CodeOf(Exception error) => error.GetType().Name;

        protected override bool IsUnclear(Exception error) => error is TimeoutException;

        protected override bool IsThrottled(Exception error) => error is Throttled;

        protected override TimeSpan? WishOf(Exception error) => Wish;
    }
}
