using System.Diagnostics.Metrics;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Platforms;
using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Queue;
using ImageOperator.Controller.Tests.Builds;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Phase = ImageOperator.Api.ImageBuilds.TargetPhase;

namespace ImageOperator.Controller.Tests.Queue;

public sealed class AdmissionQueueTests : IDisposable
{
    private readonly FakeInformer<ImageBuild> cache = new(BuildIndexes.AddTo);
    private readonly FakeInformer<ImagePlatform> platforms = new();
    private readonly ListingClient server = new();
    private readonly FakeTimeProvider time = new(Given.Start);
    private readonly List<string> woken = [];
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly AdmissionQueue queue;

    public AdmissionQueueTests()
    {
        var limits = new QueueLimits(new() { ConcurrentBuilds = 1 }, platforms, null, new(cache));
        queue = new(cache, limits, new(server, limits, ""), new(services.GetRequiredService<IMeterFactory>()), new(), time);
        queue.Lead(key => woken.Add(key.Name));
    }

    public void Dispose()
    {
        queue.Dispose();
        services.Dispose();
    }

    [Fact]
    public async Task Ask_CacheIsBehindTheGrant_NoSecondOne()
    {
        var a = Build("a");
        Assert.True(await StartsAsync(a));
        // An event from before the place stood in status.
        cache.Show(a);

        Assert.False(await StartsAsync(Build("b")));
        // Asked again, after a write that failed: the same place, not another one.
        Assert.True(await StartsAsync(a));
    }

    [Fact]
    public async Task TargetEnds_NextOneIsWokenAndStarts()
    {
        await StartsAsync(Build("a"));
        cache.Show(Build("a", Phase.Running));
        await StartsAsync(Build("b"));
        await StartsAsync(Build("c"));
        Assert.Empty(woken);

        cache.Show(Build("a", Phase.Succeeded));

        Assert.Equal(["b"], woken);
        Assert.True(await StartsAsync(Build("b")));
        Assert.False(await StartsAsync(Build("c")));
    }

    [Fact]
    public async Task TargetEnds_MachineIsLeft_KeepsItsPlaceUntilSwept()
    {
        await StartsAsync(Build("a"));
        cache.Show(Build("a", Phase.Failed, dirty: true));
        Assert.False(await StartsAsync(Build("b")));

        cache.Show(Build("a", Phase.Failed));

        Assert.Equal(["b"], woken);
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("deleted")]
    [InlineData("gone")]
    public async Task BuildWithAPlaceThatNeverStarted_Unwanted_PlaceIsFree(string how)
    {
        var a = Build("a");
        cache.Show(a);
        await StartsAsync(a);
        await StartsAsync(Build("b"));

        if (how == "gone") cache.Remove(a);
        else cache.Show(how == "cancelled" ? Cancelled("a") : Deleted("a"));

        Assert.Equal(["b"], woken);
    }

    [Fact]
    public async Task PlatformIsDeletedAndMadeAnew_WhatWaitsGoesOnWaitingMeanwhile()
    {
        var lab = Given.Platform(new() { Qemu = new(), Limits = new() { ConcurrentBuilds = 0 } });
        platforms.Show(lab);
        var build = OnLab("a");
        cache.Show(build);
        Assert.Equal("Queued", (await PlaceAsync(build))!.Reason);

        platforms.Remove(lab);
        time.Advance(TimeSpan.FromSeconds(10));

        var place = await PlaceAsync(build);
        Assert.Equal(("PlatformNotFound", null), (place!.Reason, place.Position));
        woken.Clear();
        platforms.Show(Given.Platform());
        Assert.Equal(["a"], woken);
        Assert.Null(await PlaceAsync(build));
    }

    [Fact]
    public async Task PlatformIsFull_PlanGoesAheadAndABuildWaits()
    {
        platforms.Show(Given.Platform(new() { Qemu = new(), Limits = new() { ConcurrentBuilds = 0 } }));
        var plan = OnLab("plan") with { Spec = new() { TemplateRef = new() { Name = "web" }, PlanOnly = true } };

        Assert.NotNull(await PlaceAsync(OnLab("build")));
        Assert.Null(await PlaceAsync(plan));
        // What is of the operator's own holds for it, too.
        Assert.Equal("Queued", (await PlaceAsync(Build("other")))!.Reason);
    }

    /// <summary>It went while the reconciler was reading its inputs: nothing would ever take the place back.</summary>
    [Fact]
    public async Task BuildIsGone_GetsNoPlace()
    {
        var a = Build("a");
        cache.Show(a);
        cache.Remove(a);

        Assert.Null(await queue.AskAsync(a, [new("lab", PlatformKey.None)], TestContext.Current.CancellationToken));

        Assert.True(await StartsAsync(Build("b")));
    }

    [Fact]
    public async Task NameIsAnotherBuildsByNow_GetsNoPlace()
    {
        var a = Build("a");
        cache.Show(Build("a") with { Metadata = new() { Name = "a", NamespaceProperty = "ns", Uid = "a2" }, Status = null });

        Assert.Null(await queue.AskAsync(a, [new("lab", PlatformKey.None)], TestContext.Current.CancellationToken));

        Assert.True(await StartsAsync(Build("b")));
    }

    /// <summary>Cancelled between the queue's answer and the first write: status never has a word of its targets.</summary>
    [Fact]
    public async Task Withdraw_NeverTakenUp_PlaceIsFree()
    {
        await StartsAsync(Build("a"));
        await StartsAsync(Build("b"));

        queue.Withdraw(Build("a") with { Status = null });

        Assert.Equal(["b"], woken);
    }

    [Fact]
    public async Task Withdraw_HasStarted_KeepsItsPlace()
    {
        await StartsAsync(Build("a"));

        queue.Withdraw(Build("a", Phase.Running));

        Assert.False(await StartsAsync(Build("b")));
    }

    /// <summary>The last leader's last write is not in this one's cache yet.</summary>
    [Fact]
    public async Task NewLeader_CacheIsBehindItsPredecessor_ReadsTheServerFirst()
    {
        cache.Show(Build("a"));
        server.Builds.Add(Build("a", Phase.Running));

        Assert.False(await StartsAsync(Build("b")));
        Assert.False(await StartsAsync(Build("c")));

        Assert.Equal(1, server.Lists);
        cache.Show(Build("a", Phase.Succeeded));
        Assert.Equal(["b"], woken);
    }

    [Fact]
    public async Task NewLeader_WhatWaitedBefore_GoesFirst()
    {
        cache.Show(Build("old", queued: Given.Start.AddHours(-1)));

        Assert.False(await StartsAsync(Build("new")));

        Assert.Equal(["old"], woken);
    }

    [Fact]
    public async Task LeadershipLostAndWonAgain_UnwrittenPlacesAreForgotten()
    {
        var a = Build("a") with { Status = null };
        using (queue.Lead(_ => { })) await StartsAsync(a);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StartsAsync(a));

        using var term = queue.Lead(key => woken.Add(key.Name));

        Assert.True(await StartsAsync(Build("b")));
    }

    [Fact]
    public void Lead_ReadsNoEndedBuild()
    {
        cache.Show(Build("ended", Phase.Succeeded));

        using var term = queue.Lead(_ => { });

        Assert.Equal(0, cache.Listed);
    }

    [Fact]
    public async Task Places_AreToldAnewOncePerPeriod()
    {
        await StartsAsync(Build("a"));
        cache.Show(Build("a", Phase.Running));
        for (var i = 0; i < 40; i++) await PlaceAsync(Build($"w{i:00}"));
        Assert.Equal(3, (await PlaceAsync(Build("w02")))!.Position);
        Assert.Equal(50, (await PlaceAsync(Build("w39")))!.Position);
        time.Advance(TimeSpan.FromSeconds(10));
        woken.Clear();
        for (var i = 0; i < 3; i++) cache.Show(Build(i == 0 ? "a" : $"w{i - 1:00}", Phase.Succeeded));
        Assert.Equal(["w00", "w01", "w02"], woken);
        Assert.Equal(5, (await PlaceAsync(Build("w04")))!.Position);
        woken.Clear();

        time.Advance(TimeSpan.FromSeconds(10));

        // The five at the front, and one at each step behind them: not all forty.
        Assert.Equal(2, (await PlaceAsync(Build("w04")))!.Position);
        Assert.InRange(woken.Count, 5, 15);
        woken.Clear();
        time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(woken);
    }

    private async Task<bool> StartsAsync(ImageBuild build) => await PlaceAsync(build) is null;

    private async Task<QueuePlace?> PlaceAsync(ImageBuild build)
    {
        cache.Know(build);
        return (await queue.AskAsync(build, [Claim.Of(build, build.Status?.Template ?? Given.Template, "lab")], TestContext.Current.CancellationToken))!.Of("lab")!.Place;
    }

    private ImageBuild Build(string name, Phase? phase = null, bool dirty = false, DateTimeOffset? queued = null) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "ns", Uid = name, CreationTimestamp = time.GetUtcNow().UtcDateTime },
        Spec = new() { TemplateRef = new() { Name = "web" } },
        Status = new()
        {
            Template = Given.Template,
            Targets = phase is null ? [new() { Name = "lab" }] : [Given.Attempt(1, phase, dirty: dirty)],
            Queue = queued is { } since ? new() { Targets = ["lab"], Limit = "x", Since = since } : null,
        },
    };

    private ImageBuild OnLab(string name)
    {
        var build = Build(name);
        return build with { Status = build.Status! with { Template = Given.OnPlatform(null).Template } };
    }

    private ImageBuild Cancelled(string name) => Build(name) with { Spec = new() { Cancel = true } };

    private ImageBuild Deleted(string name)
    {
        var build = Build(name);
        build.Metadata.DeletionTimestamp = time.GetUtcNow().UtcDateTime;
        return build;
    }
}
