using ImageOperator.Api.ImageBuilds;
using ImageOperator.Builder.Sweep;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Builder.Tests.Journal;

/// <summary>The journal against a real API server: what it writes, and who is fenced.</summary>
[Trait("Category", "Cluster")]
public sealed class StatusJournalTests(BuildOnServer server) : IClassFixture<BuildOnServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Save_ThenLoad_IsTheSame()
    {
        var build = await server.CreateAsync();
        using var client = server.Client(build);
        var journal = server.Journal(build, client, "lab", attempt: 1);

        await journal.SaveAsync(Full(), Token);

        var loaded = await journal.LoadAsync(Token);
        Assert.Equal(TargetPhase.Running, loaded!.Phase);
        Assert.Equal("build/machine", Assert.Single(loaded.Resources!).Key);
        Assert.Equal(1, loaded.Attempt);
    }

    [Fact]
    public async Task Save_FieldsThatAreGone_AreRemoved()
    {
        var build = await server.CreateAsync();
        using var client = server.Client(build);
        var journal = server.Journal(build, client, "lab", attempt: 1);
        await journal.SaveAsync(Full(), Token);

        await journal.SaveAsync(Full() with { Progress = null, Machine = null, Source = null, Resources = [], Steps = null, Stages = null }, Token);

        var loaded = await journal.LoadAsync(Token);
        Assert.Null(loaded!.Progress);
        Assert.Null(loaded.Machine);
        Assert.Null(loaded.Source);
        Assert.Null(loaded.Resources);
    }

    [Fact]
    public async Task Save_TwoTargets_DoNotDisturbEachOther()
    {
        var build = await server.CreateAsync();
        using var client = server.Client(build);

        await Task.WhenAll(Enumerable.Range(0, 10).SelectMany(i => new[] { "a", "b" }, (i, target) =>
            server.Journal(build, client, target, 1).SaveAsync(Full() with { Name = target, Stage = (BuildStage)(i % 8) }, Token)));

        Assert.NotNull(await server.Journal(build, client, "a", 1).LoadAsync(Token));
        Assert.NotNull(await server.Journal(build, client, "b", 1).LoadAsync(Token));
    }

    [Fact]
    public async Task Save_NewerAttemptHasTakenOver_IsFenced()
    {
        var build = await server.CreateAsync();
        using var client = server.Client(build);
        var old = server.Journal(build, client, "lab", attempt: 1);
        await server.SetAttemptAsync(build, "lab", 1);
        await old.SaveAsync(Full(), Token);

        await server.SetAttemptAsync(build, "lab", 2);

        await Assert.ThrowsAsync<FencedException>(() => old.SaveAsync(Full() with { Stage = BuildStage.Captured }, Token));
        await Assert.ThrowsAsync<FencedException>(() => old.LoadAsync(Token));
        await server.Journal(build, client, "lab", attempt: 2).SaveAsync(Full(), Token);
    }

    [Fact]
    public async Task TakeOver_BuilderStillAlive_IsFencedAndItsLedgerKept()
    {
        var build = await server.CreateAsync();
        using var client = server.Client(build);
        await server.SetAttemptAsync(build, "lab", 1);
        var builder = server.Journal(build, client, "lab", attempt: 1);
        await builder.SaveAsync(Full(), Token);

        var (_, attempt) = (await TakeOver.RunAsync(client, "lab", Token))!.Value;

        Assert.Equal(2, attempt);
        await Assert.ThrowsAsync<FencedException>(() => builder.SaveAsync(Full(), Token));
        var loaded = await server.Journal(build, client, "lab", attempt).LoadAsync(Token);
        Assert.Equal("build/machine", Assert.Single(loaded!.Resources!).Key);
    }

    [Fact]
    public async Task TakeOver_BuildIsGone_IsNull()
    {
        var build = await server.CreateAsync();
        using var client = server.Client(build);
        await server.DeleteAsync(build);

        Assert.Null(await TakeOver.RunAsync(client, "lab", Token));
    }

    [Fact]
    public async Task Save_BuildIsGone_IsFenced()
    {
        var build = await server.CreateAsync();
        using var client = server.Client(build);
        await server.DeleteAsync(build);

        await Assert.ThrowsAsync<FencedException>(() => server.Journal(build, client, "lab", 1).SaveAsync(Full(), Token));
    }

    [Theory]
    [InlineData(false, StopReason.Interrupted)]
    [InlineData(true, StopReason.Cancelled)]
    public async Task GetStopOrder_SpecCancel_Decides(bool cancel, StopReason expected)
    {
        var build = await server.CreateAsync(cancel);
        using var client = server.Client(build);

        Assert.Equal(expected, (await server.Journal(build, client, "lab", 1).GetStopOrderAsync(Token)).Reason);
    }

    private static TargetStatus Full() => new()
    {
        Name = "lab",
        Phase = TargetPhase.Running,
        Stage = BuildStage.Connected,
        StartTime = DateTimeOffset.UnixEpoch,
        Progress = new() { Message = "working", Step = "one", Index = 1, Of = 2 },
        Source = new() { Id = "pvc://images/base" },
        Machine = new() { Id = "m", Address = "127.0.0.1:2222", Accelerator = "" },
        Resources = [new() { Key = "build/machine", Type = "qemu/machine", State = LedgerState.Created, Temporary = true, Attempt = 1, Properties = new Dictionary<string, string> { ["pid"] = "7", ["empty"] = "" } }],
        Steps = [new() { Name = "one", Kind = "shell", State = StepState.Running }],
        Stages = [new() { Name = BuildStage.Connected, StartTime = DateTimeOffset.UnixEpoch }],
    };
}
