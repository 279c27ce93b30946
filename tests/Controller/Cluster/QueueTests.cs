using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Tests.Builds;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Conditions;
using k8s.Models;
using Phase = ImageOperator.Api.ImageBuilds.TargetPhase;
using Types = ImageOperator.Api.Conditions.ConditionTypes;

namespace ImageOperator.Controller.Tests.Cluster;

[Trait("Category", "Cluster")]
public sealed class QueueTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The operator is killed twice on the way; every state of every build that the server had is looked at.</summary>
    [Fact]
    public async Task ThirtyBuilds_ThreePlaces_NeverMoreAndAllEnd()
    {
        const int builds = 30, places = 3;
        await using var cluster = await TestCluster.StartAsync();
        await cluster.TemplateAsync(Given.Template);
        await using var census = new QueueCensus(cluster);
        for (var i = 0; i < builds; i++) await cluster.BuildAsync(name: $"b-{i:00}");
        for (var life = 0; life < 3; life++)
        {
            await using var op = await StartAsync(cluster, ("Limits:ConcurrentBuilds", "3"));
            var until = life == 2 ? builds : (life + 1) * 9;
            await EndAllAsync(cluster, () => census.Ended >= until);
        }

        await census.UntilEndedAsync(builds);
        Assert.Equal(places, census.MostAtOnce);
        Assert.All(census.Last, b => Assert.True(b.Status!.Conditions!.IsTrue(Types.Succeeded)));
        // From the oldest on: of two builds that were created seconds apart the older one was let start first.
        var order = census.Last.OrderBy(b => b.Status!.Targets![0].AdmittedTime).ThenBy(b => b.Metadata.CreationTimestamp).ToArray();
        Assert.All(order.Skip(1).Zip(order), p => Assert.True(p.First.Metadata.CreationTimestamp >= p.Second.Metadata.CreationTimestamp));
        Assert.All(census.Last, b => Assert.True(b.Status!.Targets![0].Attempt == 1));
        // One write to queue up and a few for the place, whoever ended before.
        Assert.True(census.PlacesTold <= builds * 12, $"{census.PlacesTold} places were told");
    }

    [Fact]
    public async Task Queue_Place_IsToldAndPriorityCounts()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await StartAsync(cluster, ("Limits:ConcurrentBuildsPerNamespace", "1"));
        await cluster.TemplateAsync(Given.Template);
        await cluster.BuildAsync(name: "b-0");
        await cluster.PodAsync("b-0-lab-1");
        await cluster.BuildAsync(name: "b-1");
        var first = await WaitsAsync(cluster, "b-1");
        Assert.Equal((1, $"namespace {cluster.Namespace}: 1 of 1 builds run"), (first.Status!.Queue!.Position, first.Status.Queue.Limit));
        Assert.Equal($"lab: 1st in the queue of namespace {cluster.Namespace}: 1 of 1 builds run", Ready(first).Message);
        Assert.Equal("Pending", first.Status.Stage);
        Assert.Null(first.Status.StartTime);
        Assert.Equal(KStatusCode.InProgress, KStatusCalculator.Compute(first).Code);

        await cluster.BuildAsync(new() { TemplateRef = new() { Name = "web" }, Priority = 5 }, "b-2");
        Assert.Equal(1, (await WaitsAsync(cluster, "b-2")).Status!.Queue!.Position);
        await cluster.WaitAsync(b => b.Status?.Queue?.Position == 2, "the second place", "b-1");
        await cluster.Client.MergePatchAsync<ImageBuild>(cluster.Key("b-1"), Spec(new() { ["priority"] = 9 }), null, Stop);
        await cluster.WaitAsync(b => b.Status?.Queue?.Position == 1, "the first place", "b-1");
        await EndAsync(cluster, "b-0");

        var started = await cluster.WaitAsync(b => b.Status?.Targets is [{ Attempt: 1 }], "its turn", "b-1");

        Assert.Null(started.Status!.Queue);
        Assert.Null((await cluster.Client.GetAsync<ImageBuild>(cluster.Key("b-2"), Stop)).Status!.Targets![0].Attempt);
        Assert.Null(await cluster.Client.FindAsync<V1Pod>(cluster.Key("b-2-lab-1"), Stop));
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("deleted")]
    public async Task Queue_NextOneGone_TheOneBehindItStarts(string how)
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await StartAsync(cluster, ("Limits:ConcurrentBuilds", "1"));
        await cluster.TemplateAsync(Given.Template);
        await cluster.BuildAsync(name: "b-0");
        await cluster.PodAsync("b-0-lab-1");
        await cluster.BuildAsync(new() { TemplateRef = new() { Name = "web" }, Priority = 1 }, "b-1");
        await WaitsAsync(cluster, "b-1");
        await cluster.BuildAsync(name: "b-2");
        await WaitsAsync(cluster, "b-2");

        if (how == "deleted")
        {
            await cluster.Client.DeleteAsync<ImageBuild>(cluster.Key("b-1"), null, Stop);
            await cluster.GoneAsync("b-1");
        }
        else
        {
            await cluster.Client.MergePatchAsync<ImageBuild>(cluster.Key("b-1"), Spec(new() { ["cancel"] = true }), null, Stop);
            var cancelled = await cluster.WaitAsync(b => b.Status?.CompletionTime is not null, "the end", "b-1");
            Assert.Equal(Reasons.Cancelled, Ready(cancelled).Reason);
            Assert.Null(cancelled.Status!.Queue);
        }

        await EndAsync(cluster, "b-0");
        await cluster.PodAsync("b-2-lab-1");
        Assert.Null(await cluster.Client.FindAsync<V1Pod>(cluster.Key("b-1-lab-1"), Stop));
    }

    [Fact]
    public async Task Platform_LimitRaised_WaitingBuildStarts()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await StartAsync(cluster);
        await PlatformAsync(cluster, new() { ConcurrentBuilds = 1 });
        await cluster.TemplateAsync(OnPlatform());
        await cluster.BuildAsync(name: "b-0");
        await cluster.PodAsync("b-0-lab-1");
        await cluster.BuildAsync(name: "b-1");
        Assert.Equal("ImagePlatform lab: 1 of 1 builds run", (await WaitsAsync(cluster, "b-1")).Status!.Queue!.Limit);

        await cluster.Client.MergePatchAsync<ImagePlatform>(cluster.Key("lab"), Spec(new() { ["limits"] = new JsonObject { ["concurrentBuilds"] = 2 } }), null, Stop);

        await cluster.PodAsync("b-1-lab-1");
    }

    /// <summary>The hours of a deleted build stay used, and are added once.</summary>
    [Fact]
    public async Task Platform_HoursUsedByADeletedBuild_NextOneWaitsForTheMonth()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await StartAsync(cluster);
        await PlatformAsync(cluster, new() { MachineHoursPerNamespacePerMonth = 1 });
        await cluster.TemplateAsync(OnPlatform());
        await cluster.BuildAsync(name: "b-0");
        var builder = await new ScriptedBuilder(cluster, build: "b-0").RunAsync();
        // As long as this month allows: on its first day the hours of yesterday do not count.
        var now = TimeProvider.System.GetUtcNow();
        var start = now.AddHours(-3);
        await builder.WriteAsync(Phase.Succeeded, BuildStage.CleanedUp, start: start);
        await builder.ExitAsync(0);
        await cluster.WaitAsync(b => b.Status?.CompletionTime is not null, "the end", "b-0");
        var used = (now - (start.Month == now.Month ? start : new(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero))).TotalSeconds;
        Assert.SkipWhen(used < 3700, "the month has just begun");
        await cluster.Client.DeleteAsync<ImageBuild>(cluster.Key("b-0"), null, Stop);
        await cluster.GoneAsync("b-0");

        await cluster.BuildAsync(name: "b-1");

        var waiting = await cluster.WaitAsync(b => Ready(b).Reason == Reasons.MachineHoursExhausted, "the quota", "b-1");
        Assert.Null(waiting.Status!.Queue!.Position);
        Assert.Contains("machine-hours", waiting.Status.Queue.Limit, StringComparison.Ordinal);
        Assert.Contains($"waits until {new DateTime(now.Year, now.Month, 1).AddMonths(1):yyyy-MM-dd'T'HH:mm'Z'}", Ready(waiting).Message, StringComparison.Ordinal);
        var usage = Assert.Single((await cluster.Client.GetAsync<ImagePlatform>(cluster.Key("lab"), Stop)).Status!.Usage!);
        Assert.Equal(cluster.Namespace, usage.Namespace);
        Assert.InRange(usage.DeletedBuildsSeconds, used - 60, used + 60);
        Assert.Single(usage.DeletedBuilds!);

        await cluster.Client.MergePatchAsync<ImagePlatform>(
            cluster.Key("lab"), Spec(new() { ["limits"] = new JsonObject { ["machineHoursPerNamespacePerMonth"] = 100 } }), null, Stop);
        await cluster.PodAsync("b-1-lab-1");
    }

    [Fact]
    public async Task FailFast_OneTargetFails_TheOtherIsCancelledAndNamesIt()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await StartAsync(cluster);
        await cluster.TemplateAsync(Given.TemplateOf("lab", "edge"));
        await cluster.BuildAsync(new() { TemplateRef = new() { Name = "web" }, FailurePolicy = new() { OtherTargets = OtherTargets.Cancel } });
        var edge = await new ScriptedBuilder(cluster, target: "edge").RunAsync();
        await edge.WriteAsync(Phase.Running, BuildStage.Connected, dirty: true);
        var lab = await new ScriptedBuilder(cluster).RunAsync();
        await lab.WriteAsync(Phase.Failed, BuildStage.Connected, failure: new() { Stage = BuildStage.Provisioned, Reason = "ProvisionerFailed", Message = "exit code 1" });
        await lab.ExitAsync(1);

        await edge.AskedToStopAsync();
        await cluster.WaitAsync(b => Ready(b).Reason == Reasons.Cancelling, "cancelling");
        // It dies on the way: the operator ends the target, and a sweeper does what the builder did not.
        await edge.ExitAsync(137);
        var sweeper = await new ScriptedBuilder(cluster, target: "edge", podName: "web-1-edge-sweep-1").RunAsync();
        var swept = await cluster.WaitAsync(b => b.Status!.Targets!.Single(t => t.Name == "edge").Phase == Phase.Cancelled, "cancelled");
        await sweeper.WriteAsync(Phase.Cancelled, BuildStage.Connected, failure: swept.Status!.Targets!.Single(t => t.Name == "edge").Failure);
        await sweeper.ExitAsync(0);

        var done = await cluster.WaitAsync(b => b.Status?.CompletionTime is not null, "the end");
        Assert.Equal("ProvisionerFailed", Ready(done).Reason);
        Assert.Equal(Reasons.Failed, done.Status!.Stage);
        var failure = done.Status.Targets!.Single(t => t.Name == "edge").Failure!;
        Assert.Equal(Reasons.OtherTargetFailed, failure.Reason);
        Assert.Contains("target lab failed", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Its limits went with it: without a word of ours all that wait would start at once.</summary>
    [Fact]
    public async Task Platform_DeletedWhileBuildsWait_TheyGoOnWaitingAndThenStartByItsLimits()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await StartAsync(cluster);
        await PlatformAsync(cluster, new() { ConcurrentBuilds = 1 });
        await cluster.TemplateAsync(OnPlatform());
        await cluster.BuildAsync(name: "b-0");
        await cluster.PodAsync("b-0-lab-1");
        for (var i = 1; i < 3; i++) await cluster.BuildAsync(name: $"b-{i}");
        await WaitsAsync(cluster, "b-1");
        await WaitsAsync(cluster, "b-2");

        await cluster.Client.DeleteAsync<ImagePlatform>(cluster.Key("lab"), null, Stop);
        await cluster.WaitAsync(b => Ready(b).Reason == Reasons.PlatformNotFound, "the platform to be missed", "b-1");
        var waits = await cluster.WaitAsync(b => Ready(b).Reason == Reasons.PlatformNotFound, "the platform to be missed", "b-2");
        await EndAsync(cluster, "b-0");
        await cluster.WaitAsync(b => Ready(b).Status == "True", "the end", "b-0");

        Assert.Equal("lab: waits: ImagePlatform lab: it was deleted; what waits for it starts when it is there again", Ready(waits).Message);
        Assert.Null((await cluster.Client.GetAsync<ImageBuild>(cluster.Key("b-1"), Stop)).Status!.Targets!.Single().Attempt);
        await PlatformAsync(cluster, new() { ConcurrentBuilds = 1 });
        // Both were created in one second: either may be first.
        V1Pod?[] pods = [];
        await TestCluster.UntilAsync(async () =>
        {
            pods = [await cluster.Client.FindAsync<V1Pod>(cluster.Key("b-1-lab-1"), Stop), await cluster.Client.FindAsync<V1Pod>(cluster.Key("b-2-lab-1"), Stop)];
            return pods.Any(p => p is not null);
        }, () => "one of the two to start");
        await WaitsAsync(cluster, pods[0] is null ? "b-1" : "b-2");
    }

    private static ImageTemplateSpec OnPlatform() => Given.Template with { Targets = [Given.Target("lab") with { PlatformRef = new() { Name = "lab" } }] };

    /// <summary>A platform whose probe says that it works: the test plays the probe's pod.</summary>
    private static async Task PlatformAsync(TestCluster cluster, PlatformLimits limits)
    {
        // A new namespace has no service account for the first moment, and the probe's pod would be refused.
        await TestCluster.UntilAsync(async () => await cluster.Client.FindAsync<V1ServiceAccount>(cluster.Key("default"), Stop) is not null, () => "the service account");
        await cluster.Client.CreateAsync(
            new ImagePlatform { Metadata = new() { Name = "lab", NamespaceProperty = cluster.Namespace }, Spec = new() { Qemu = new(), Limits = limits } }, Stop);
        await cluster.PodAsync("probe-lab");
        var ended = new
        {
            exitCode = 0,
            reason = "Completed",
            finishedAt = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
            message = new ProbeResult { Outcome = ProbeOutcome.Works, Message = "fine" }.Write(),
        };
        var status = new { phase = "Succeeded", containerStatuses = new[] { new { name = "probe", image = "x", imageID = "", ready = false, restartCount = 0, state = new { terminated = ended } } } };
        await cluster.Client.MergePatchAsync<V1Pod>(
            cluster.Key("probe-lab"), JsonSerializer.SerializeToNode(new { status })!.AsObject(), new() { Subresource = Subresources.Status }, Stop);
        await TestCluster.UntilAsync(
            async () => (await cluster.Client.GetAsync<ImagePlatform>(cluster.Key("lab"), Stop)).Status?.Conditions?.IsTrue(Types.Ready) == true, () => "the platform to be ready");
    }

    private static Task<TestOperator> StartAsync(TestCluster cluster, params (string Name, string Value)[] settings) => TestOperator.StartAsync(
        cluster, settings: settings, places: new() { RefreshPeriod = TimeSpan.FromSeconds(1) });

    private static Task<ImageBuild> WaitsAsync(TestCluster cluster, string name) =>
        cluster.WaitAsync(b => b.Status?.Queue is not null && Ready(b).Reason == Reasons.Queued, "the queue", name);

    private static V1Condition Ready(ImageBuild build) => build.Status?.Conditions?.Find(Types.Ready) ?? new() { Reason = "" };

    private static JsonObject Spec(JsonObject spec) => new() { ["spec"] = spec };

    private static async Task EndAsync(TestCluster cluster, string build)
    {
        var builder = await new ScriptedBuilder(cluster, build: build).RunAsync();
        await builder.WriteAsync(Phase.Succeeded, BuildStage.CleanedUp);
        await builder.ExitAsync(0);
    }

    /// <summary>Plays all builders that there are, until told to stop.</summary>
    private static async Task EndAllAsync(TestCluster cluster, Func<bool> enough)
    {
        var played = new HashSet<string>();
        await TestCluster.UntilAsync(
            async () =>
            {
                var pods = await cluster.Client.ListPageAsync<V1Pod>(new() { Namespace = cluster.Namespace }, Stop);
                var waiting = pods.Items.Where(p => p.Status?.Phase is not ("Succeeded" or "Failed") && played.Add(p.Metadata.Name)).ToArray();
                await Task.WhenAll(waiting.Select(p => EndAsync(cluster, p.Metadata.Name[..^"-lab-1".Length])));
                return enough();
            },
            () => "the builds to end", TimeSpan.FromSeconds(90));
    }
}
