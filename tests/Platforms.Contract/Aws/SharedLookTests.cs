using ImageOperator.Engine.Tests.Doubles;
using ImageOperator.Platforms.Aws.Waiting;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>Who waits together asks together, and does not fail together.</summary>
public sealed class SharedLookTests
{
    private readonly Clock _time = new();
    private readonly SharedLook<string> _look = new(id => id);
    private readonly List<string> _asked = [];
    private readonly HashSet<string> _there = [];

    [Fact]
    public async Task TwoWait_OneAsksForBoth_AndBothHaveTheirAnswer()
    {
        var (a, b) = (WaitAsync("a", 10, Answer), WaitAsync("b", 20, Answer));
        _there.UnionWith(["a", "b"]);
        Assert.Equal(["a", "b"], await LetPassAsync(Task.WhenAll(a, b)));
        // Each alone when it came, then one for both.
        Assert.Equal(["a", "a b", "a b"], _asked);
    }

    [Fact]
    public async Task TheOneWhoAsks_Fails_TheOtherAsksItself()
    {
        var call = new TaskCompletionSource<IReadOnlyList<string>>();
        var a = WaitAsync("a", 10, _ => call.Task);
        var b = WaitAsync("b", 20, Answer);
        // What is asked for already is not asked for again.
        Assert.Equal(["b"], _asked);
        _there.Add("b");
        call.SetException(new InvalidOperationException("denied"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => a);
        Assert.Equal("b", await LetPassAsync(b));
    }

    [Fact]
    public async Task TheOneWhoAsks_GivesUp_TheOtherGoesOn()
    {
        using var giving = new CancellationTokenSource();
        var a = WaitAsync("a", 10, Answer, cancellationToken: giving.Token);
        var b = WaitAsync("b", 20, Answer);
        await giving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => a);
        _there.Add("b");
        Assert.Equal("b", await LetPassAsync(b));
        Assert.Equal("b", _asked[^1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public async Task NotShown_IsGone_OnlyAfterItsTime(double settling)
    {
        var begin = _time.GetUtcNow();
        Assert.Equal("gone", await LetPassAsync(WaitAsync("a", 10, Answer, settling)));
        Assert.True(_time.GetUtcNow() - begin >= TimeSpan.FromSeconds(settling));
        Assert.Equal(settling > 0, _asked.Count > 1);
    }

    private Task<string> WaitAsync(string id, double pause, Func<List<string>, Task<IReadOnlyList<string>>> describe, double settling = 3600, CancellationToken cancellationToken = default) =>
        _look.WaitAsync(new Awaited<string, string>(id, TimeSpan.FromSeconds(settling), describe, found => found ?? "gone"), _ => TimeSpan.FromSeconds(pause), _time, cancellationToken);

    private Task<IReadOnlyList<string>> Answer(List<string> ids)
    {
        _asked.Add(string.Join(' ', ids.Order(StringComparer.Ordinal)));
        return Task.FromResult<IReadOnlyList<string>>([.. ids.Where(_there.Contains)]);
    }

    private async Task<T> LetPassAsync<T>(Task<T> work)
    {
        await new Pump(_time, work, [new Process(1)]).RunAsync();
        return await work;
    }
}
