using System.Globalization;
using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.EndToEnd.Tests.Samples;
using ImageOperator.EndToEnd.Tests.Testbed;
using ImageOperator.Runtime.Client;
using k8s.Models;

namespace ImageOperator.EndToEnd.Tests.Observability;

/// <summary>One build is one trace, over operator and pod; and its log is there when its pod is not.</summary>
[Trait("Category", "Cluster")]
public sealed class TraceAndLogTests(Cluster cluster)
{
    private const string Secret = "correct-horse-battery-staple";
    private const string NodeAddress = "10.123.0.1";
    private const string OuterTrace = "0af7651916cd43dd8448eb211c80319c";
    private const string OuterSpan = "b7ad6b7169203331";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task Build_IsOneTrace_AndItsLogOutlivesItsPod() => Lab.RunAsync(cluster, "observe", async lab =>
    {
        cluster.RequireOurs();
        using var receiver = new OtlpReceiver(NetworkNamespace.Listen(cluster.NodeProcess()));
        await ExportAsync(string.Create(CultureInfo.InvariantCulture, $"http://{NodeAddress}:{receiver.Port}"));
        try
        {
            await Sample.ApplyAsync(lab, "quickstart");
            await using var watch = await lab.WatchAsync("quickstart");
            var done = await watch.EndAsync();
            await TraceIsWholeAsync(receiver, done);
            Assert.DoesNotContain(receiver.Bodies, b => b.Contains(Secret, StringComparison.Ordinal));
            TimingAddsUp(done.Status!.Targets![0]);
            await LogOutlivesPodAsync(lab, done);

            await using var failing = await FailAsync(lab);
            var failed = await failing.EndAsync();
            await FailureIsInTheTraceAsync(receiver, failed);
            await LogOutlivesPodAsync(lab, failed);
            Assert.Empty(receiver.Faults);
        }
        finally
        {
            await ExportAsync("");
        }
    });

    /// <summary>Random bytes as text: what does not fit into a ConfigMap however well it is compressed.</summary>
    [Fact]
    public Task LongLog_IsCutInTheConfigMap_AndWholeBesideTheImage() => Lab.RunAsync(cluster, "long-log", async lab =>
    {
        await using var watch = await lab.BuildAsync(Recipes.Of([Recipes.Shell("talk", "dd if=/dev/urandom bs=1024 count=300 2>/dev/null | hexdump -v -C")]));
        var done = await watch.EndAsync();
        var target = done.Status!.Targets![0];
        var live = Said(await lab.LogAsync(target.PodName!));
        Assert.True(live.Count > 300 * 1024 / 16, $"{live.Count} lines: {done.Status.Reason}");
        await KeptAsync(lab, "image");
        await lab.Client.DeleteAsync<V1Pod>(lab.Key(target.PodName!), new() { GracePeriod = TimeSpan.Zero }, Stop);
        await Eventually.HoldsAsync(async () => await lab.Client.FindAsync<V1Pod>(lab.Key(target.PodName!), Stop) is null, "the pod does not go", Patience);

        var kept = await LogsAsync(lab, "image", "--output", "json");
        Assert.Contains("\"event\":\"cut\"", kept, StringComparison.Ordinal);
        Assert.InRange(Said(kept).Count, 1, live.Count - 1);
        Assert.Contains($"built/{KeptLog.FileName("image", "lab", 1)}", lab.Files());

        Assert.Equal(live, Said(await LogsAsync(lab, "image", "--output", "json", "--whole")));
        var readers = await lab.Client.ListPageAsync<V1Pod>(new() { Namespace = lab.Namespace, LabelSelector = "app.kubernetes.io/managed-by=imagectl" }, Stop);
        Assert.All(readers.Items, p => Assert.NotNull(p.Metadata.DeletionTimestamp));
    });

    /// <summary>What the guest said.</summary>
    private static List<string> Said(string log) =>
    [
        .. log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize<JsonElement>(l))
            .Where(l => l.GetProperty("event").GetString() == "output").Select(l => l.GetProperty("message").GetString()!),
    ];

    private static Task KeptAsync(Lab lab, string build) => Eventually.HoldsAsync(
        async () => (await lab.Client.ListPageAsync<V1ConfigMap>(new() { Namespace = lab.Namespace, LabelSelector = $"{Labels.Role}={KeptLog.Role},{Labels.Build}={build}" }, Stop)).Items.Count == 1,
        "the log is not kept", Patience);

    private static async Task<BuildWatch> FailAsync(Lab lab)
    {
        var build = new ImageBuild
        {
            Metadata = new()
            {
                Name = "failing",
                NamespaceProperty = lab.Namespace,
                Annotations = new Dictionary<string, string> { [Labels.Traceparent] = $"00-{OuterTrace}-{OuterSpan}-01" },
            },
            Spec = new() { Template = Recipes.Of([Recipes.Shell("broken", "echo this goes wrong", "exit 3")]) },
        };
        await lab.Client.CreateAsync(build, Stop);
        return await lab.WatchAsync("failing");
    }

    private async Task ExportAsync(string endpoint)
    {
        var value = endpoint.Length > 0 ? $"IMAGEOPERATOR_Otlp__Endpoint={endpoint}" : "IMAGEOPERATOR_Otlp__Endpoint-";
        await cluster.KubectlAsync(["-n", "imageoperator-system", "set", "env", "deployment/image-operator", value]);
        await cluster.KubectlAsync(["-n", "imageoperator-system", "rollout", "status", "deployment/image-operator", "--timeout=90s"]);
        // The old pod leads until it is gone, and knows nothing of the collector: a build that it takes up is not traced.
        await Eventually.HoldsAsync(
            async () => (await cluster.Client.ListPageAsync<V1Pod>(new() { Namespace = "imageoperator-system", LabelSelector = "app.kubernetes.io/name=image-operator" }, Stop))
                .Items.DistinctBy(p => p.Metadata.Labels["pod-template-hash"]).Count() == 1,
            "the operator with the old settings is still there", Patience);
    }

    private static async Task TraceIsWholeAsync(OtlpReceiver receiver, ImageBuild build)
    {
        var trace = build.Metadata.Uid.Replace("-", "", StringComparison.Ordinal);
        Assert.StartsWith($"00-{trace}-", build.Status!.Traceparent, StringComparison.Ordinal);
        string[] wanted =
        [
            "build", "target lab", "attempt", "wait pod start", "reconcile", "stage SourceResolved", "stage MachineCreated", "stage Connected", "stage Provisioned", "stage Captured",
            "stage Tested", "stage Distributed", "stage CleanedUp", "step greet", "step setup", "step motd", "step release", "step no-secret",
            "wait connect", "wait power-off", "qemu-img create", "qemu-img convert", "qmp quit", "remove qemu/machine",
        ];
        var spans = await SpansAsync(receiver, trace, wanted);
        // Spans come in any order, and each process sends its own: a parent may be on its way.
        await Eventually.EmptyAsync(() => Task.FromResult(Orphans(receiver, trace)), Patience);
        spans = await SpansAsync(receiver, trace, wanted);

        var byId = spans.ToDictionary(s => s.Id);
        var root = Assert.Single(spans, s => s.Name == "build");
        Assert.Equal("", root.Parent);
        Assert.Equal("image-operator", root.Service);
        Assert.Equal("build", Above("target lab"));
        Assert.Equal("target lab", Above("attempt"));
        Assert.Equal("target lab", Above("wait pod start"));
        Assert.Equal("build", byId[spans.First(s => s.Name == "reconcile").Parent].Name);
        Assert.All(spans.Where(s => s.Name.StartsWith("stage ", StringComparison.Ordinal)), s => Assert.Equal("attempt", byId[s.Parent].Name));
        Assert.Equal("stage Provisioned", Above("step setup"));
        Assert.Equal("stage Tested", Above("step release"));
        Assert.Equal("stage Captured", Above("wait power-off"));
        Assert.Equal("stage Captured", Above("qemu-img convert"));
        Assert.Equal(["image-builder"], spans.Where(s => s.Name is "attempt" or "step setup").Select(s => s.Service).Distinct());
        // QEMU may close its control socket before it answers the last command.
        Assert.Empty(spans.Where(s => s.Failed && !s.Name.StartsWith("qmp ", StringComparison.Ordinal)).Select(s => s.ToString()));
        Assert.All(spans.Where(s => s.Name.StartsWith("wait ", StringComparison.Ordinal)), s => Assert.Equal("true", s.Attributes["imageoperator.wait"]));
        Assert.True(root.End > root.Start);

        string Above(string name) => byId[spans.First(s => s.Name == name).Parent].Name;
    }

    private static async Task FailureIsInTheTraceAsync(OtlpReceiver receiver, ImageBuild build)
    {
        Assert.StartsWith($"00-{OuterTrace}-", build.Status!.Traceparent, StringComparison.Ordinal);
        var spans = await SpansAsync(receiver, OuterTrace, ["build", "target lab", "attempt", "stage Provisioned", "step broken"]);

        Assert.Equal(OuterSpan, spans.Single(s => s.Name == "build").Parent);
        Assert.All(spans.Where(s => s.Name is "build" or "target lab" or "attempt" or "stage Provisioned" or "step broken"), s =>
        {
            Assert.True(s.Failed, $"{s} has not failed");
            Assert.Equal("ProvisionerFailed", s.Attributes["error.type"]);
        });
    }

    private static async Task<IReadOnlyList<Span>> SpansAsync(OtlpReceiver receiver, string trace, string[] wanted)
    {
        await Eventually.EmptyAsync(
            () => Task.FromResult<IReadOnlyList<string>>([.. wanted.Except(receiver.Spans.Where(s => s.TraceId == trace).Select(s => s.Name))]), Patience);
        return [.. receiver.Spans.Where(s => s.TraceId == trace)];
    }

    private static IReadOnlyList<string> Orphans(OtlpReceiver receiver, string trace)
    {
        var spans = receiver.Spans.Where(s => s.TraceId == trace).ToArray();
        var known = spans.Select(s => s.Id).ToHashSet();
        return [.. spans.Where(s => s.Parent.Length > 0 && !known.Contains(s.Parent)).Select(s => s.ToString())];
    }

    private static void TimingAddsUp(TargetStatus target)
    {
        var (waiting, own) = (target.Timing!.Waiting!.Value.Value, target.Timing.Own!.Value.Value);
        var stages = target.Stages!.Sum(s => s.Duration!.Value.Value.TotalSeconds);
        Assert.True(waiting > TimeSpan.Zero && own > TimeSpan.Zero);
        Assert.InRange((waiting + own).TotalSeconds, stages - 0.5, (target.CompletionTime! - target.StartTime!).Value.TotalSeconds + 1);
        Assert.True(target.Timing.PlatformCalls >= 5);
        Assert.NotNull(target.Stages!.Single(s => s.Name == BuildStage.Connected).Waiting);
    }

    private static async Task LogOutlivesPodAsync(Lab lab, ImageBuild build)
    {
        var (name, target) = (build.Metadata.Name, build.Status!.Targets![0]);
        var pod = target.PodName!;
        var live = await lab.LogAsync(pod);
        Assert.Equal(live, await LogsAsync(lab, name, "--output", "json"));
        await KeptAsync(lab, name);
        await lab.Client.DeleteAsync<V1Pod>(lab.Key(pod), new() { GracePeriod = TimeSpan.Zero }, Stop);
        await Eventually.HoldsAsync(async () => await lab.Client.FindAsync<V1Pod>(lab.Key(pod), Stop) is null, "the pod does not go", Patience);

        Assert.Equal(live, await LogsAsync(lab, name, "--output", "json"));
        var text = await LogsAsync(lab, name, "--target", "lab", "--attempt", "1", "--follow");
        Assert.Contains("== lab, attempt 1", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', text);
        var trace = build.Status.Traceparent!.Split('-')[1];
        Assert.All(live.Split('\n', StringSplitOptions.RemoveEmptyEntries), line =>
        {
            var entry = JsonSerializer.Deserialize<JsonElement>(line);
            Assert.Equal(trace, entry.GetProperty("trace_id").GetString());
            Assert.Equal(($"{lab.Namespace}/{name}", "lab", 1), (entry.GetProperty("build").GetString(), entry.GetProperty("target").GetString(), entry.GetProperty("attempt").GetInt32()));
        });
    }

    private static Task<string> LogsAsync(Lab lab, string build, params string[] more) => Program.RunAsync(
        Path.Combine(Program.Root, "artifacts/bin/Cli/debug/imagectl"), ["logs", build, "-n", lab.Namespace, "--kubeconfig", lab.Cluster.Kubeconfig, .. more]);
}
