using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Journal;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Engine.Tests;

public sealed class TargetRecordTests
{
    private readonly World _world = new();
    private readonly CancellationToken _none = CancellationToken.None;

    [Fact]
    public async Task Update_IsDurableWhenItReturns()
    {
        await using var record = await OpenAsync(1);

        await record.UpdateAsync(s => s with { PodName = "a" }, _none);

        Assert.Equal("a", _world.Store.Status!.PodName);
    }

    [Fact]
    public async Task Post_IsWrittenSoonAndOnce()
    {
        await using var record = await OpenAsync(1);
        foreach (var name in new[] { "a", "b", "c" }) record.Post(s => s with { PodName = name });
        Assert.Equal(0, _world.Store.Saves);

        _world.Time.AdvanceToNext();

        Assert.Equal((1, "c"), (_world.Store.Saves, _world.Store.Status!.PodName));
    }

    [Fact]
    public async Task Post_ThenUpdate_IsOneWrite()
    {
        await using var record = await OpenAsync(1);
        record.Post(s => s with { PodName = "a" });

        await record.UpdateAsync(s => s with { Attempt = 1 }, _none);
        _world.Time.AdvanceToNext();

        Assert.Equal((1, "a"), (_world.Store.Saves, _world.Store.Status!.PodName));
    }

    [Fact]
    public async Task Update_NewerAttempt_IsRefusedForEver()
    {
        await using var record = await OpenAsync(1);
        _world.Store.Attempt = 2;

        await Assert.ThrowsAsync<FencedException>(() => record.UpdateAsync(s => s, _none));
        _world.Store.Attempt = 1;
        await Assert.ThrowsAsync<FencedException>(() => record.UpdateAsync(s => s, _none));

        Assert.True(record.Fenced.IsCancellationRequested);
        Assert.Equal(0, _world.Store.Saves);
    }

    [Fact]
    public async Task Post_NewerAttempt_IsToldByTheToken()
    {
        await using var record = await OpenAsync(1);
        _world.Store.Attempt = 2;
        record.Post(s => s with { PodName = "a" });

        _world.Time.AdvanceToNext();

        Assert.True(record.Fenced.IsCancellationRequested);
    }

    [Fact]
    public async Task Dispose_WritesNothing()
    {
        var record = await OpenAsync(1);
        record.Post(s => s with { PodName = "a" });

        await record.DisposeAsync();
        _world.Time.AdvanceToNext();

        Assert.Equal(0, _world.Store.Saves);
    }

    [Fact]
    public async Task Updates_AtOnce_AllStand()
    {
        await using var record = await OpenAsync(1);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => record.UpdateAsync(
            s => s with { CleanupErrors = [.. s.CleanupErrors ?? [], $"{i}"] }, _none))));

        Assert.Equal(100, _world.Store.Status!.CleanupErrors!.Distinct().Count());
    }

    private Task<TargetRecord> OpenAsync(int attempt)
    {
        _world.Store.Attempt = attempt;
        return TargetRecord.OpenAsync(new FakeJournal(_world.Store, new Process(attempt), _world.Time), "t", _world.Time, _none);
    }
}
