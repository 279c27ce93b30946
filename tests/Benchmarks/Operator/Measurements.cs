using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ImageOperator.Testing.Processes;
using ImageOperator.Testing.Servers;

namespace ImageOperator.Benchmarks.Operator;

/// <summary>The single measurements, each in a namespace of its own, on the same server.</summary>
internal sealed partial class Measurements(ControlPlane plane, string program)
{
    private const double Mebibyte = 1 << 20;
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(200);

    private readonly AuditLog audit = new(plane.AuditLog);

    /// <summary>A build and its pod as they are when all is over: what other measurements copy.</summary>
    public JsonNode? EndedBuild { get; private set; }

    public JsonNode? EndedPod { get; private set; }

    private TimeSpan ServerCpu => ProcessFigures.Of(plane.ApiServer.Id).Cpu;

    /// <summary>A few builds, not counted: code is compiled, caches are filled.</summary>
    public async Task WarmUpAsync()
    {
        await using var scene = await Scene.StartAsync(plane, program, "warm-up").ConfigureAwait(false);
        await scene.LeaderAsync().ConfigureAwait(false);
        await using var ends = BuildEnds.Start(plane, scene.Name);
        await InParallel.RunAsync(50, i => scene.Client.CreateBuildAsync($"b-{i}")).ConfigureAwait(false);
        await Scene.UntilAsync(() => ends.Count == 50).ConfigureAwait(false);
        EndedBuild = await scene.Client.GetBuildAsync("b-1").ConfigureAwait(false);
        EndedPod = await scene.Client.GetPodAsync("b-1-lab-1").ConfigureAwait(false);
    }

    public async Task<FloorFigures> FloorAsync(int builds)
    {
        var client = new PlainClient(plane, $"floor-{Guid.NewGuid():N}"[..12]);
        await client.CreateNamespaceAsync().ConfigureAwait(false);
        var status = EndedBuild!["status"]!;
        var creates = await InParallel.RunAsync(builds, i => client.CreateBuildAsync($"b-{i}")).ConfigureAwait(false);
        var applies = await InParallel.RunAsync(builds, i => client.ApplyStatusAsync($"b-{i}", status)).ConfigureAwait(false);
        await InParallel.RunAsync(builds, i => client.CreateBuildAsync($"m-{i}")).ConfigureAwait(false);
        var cpu = ServerCpu;
        var mixed = await InParallel.RunAsync(builds, i => client.WholeBuildAsync($"m-{i}", status, EndedPod!)).ConfigureAwait(false);
        return new(builds / creates.TotalSeconds, builds / applies.TotalSeconds, 7 * builds / mixed.TotalSeconds, (ServerCpu - cpu).TotalMilliseconds / (7 * builds));
    }

    /// <summary>Builds that wait for an operator; pods do not end: nobody but the operator writes.</summary>
    public async Task<BacklogFigures> BacklogAsync(int builds)
    {
        await using var scene = await Scene.StartAsync(plane, program, $"backlog-{Guid.NewGuid():N}"[..14], held: true).ConfigureAwait(false);
        await InParallel.RunAsync(builds, i => scene.Client.CreateBuildAsync($"b-{i}")).ConfigureAwait(false);
        await audit.SkipAsync().ConfigureAwait(false);
        var leader = (await scene.LeaderAsync().ConfigureAwait(false)).Process.Id;
        var (own, server) = (ProcessFigures.Of(leader).Cpu, ServerCpu);
        await scene.PodsAsync(builds).ConfigureAwait(false);
        (own, server) = (ProcessFigures.Of(leader).Cpu - own, ServerCpu - server);
        var writes = (await audit.ReadAsync().ConfigureAwait(false)).Where(e => e is { IsOperators: true, IsWrite: true, IsLease: false }).OrderBy(e => e.Time).ToList();

        // From the first write to the last pod: what comes later (progress) is told a second late on purpose.
        var last = writes.Last(e => e.Resource == "pods").Time;
        var counted = writes.TakeWhile(e => e.Time <= last).ToList();
        var seconds = (last - writes[0].Time).TotalSeconds;

        // What comes after must find a quiet server.
        scene.Release();
        await using var ends = BuildEnds.Start(plane, scene.Name);
        await Scene.UntilAsync(() => ends.Count >= builds).ConfigureAwait(false);
        return new(builds, seconds, counted.Count / seconds, own.TotalMilliseconds / counted.Count, server.TotalMilliseconds / counted.Count);
    }

    public async Task<BurstFigures> BurstAsync(int builds)
    {
        await using var scene = await Scene.StartAsync(plane, program, $"burst-{Guid.NewGuid():N}"[..12]).ConfigureAwait(false);
        var leader = await scene.LeaderAsync().ConfigureAwait(false);
        await using var ends = BuildEnds.Start(plane, scene.Name);
        await audit.SkipAsync().ConfigureAwait(false);
        var cpu = ProcessFigures.Of(leader.Process.Id).Cpu;
        using var stop = new CancellationTokenSource();
        var peak = PeakAsync(leader.Process.Id, stop.Token);

        var started = TimeProvider.System.GetTimestamp();
        var pods = ElapsedAsync(started, () => scene.Kubelet.Seen.Count >= builds);
        var all = ElapsedAsync(started, () => ends.Count >= builds);
        var applied = await InParallel.RunAsync(builds, i => scene.Client.CreateBuildAsync($"b-{i}")).ConfigureAwait(false);
        var (podsAfter, endedAfter) = (await pods.ConfigureAwait(false), await all.ConfigureAwait(false));

        var used = ProcessFigures.Of(leader.Process.Id).Cpu - cpu;
        var entries = (await audit.ReadAsync().ConfigureAwait(false)).ToList();
        // What is done after the end: rights are taken away, events are written.
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        entries.AddRange(await audit.ReadAsync().ConfigureAwait(false));
        await stop.CancelAsync().ConfigureAwait(false);
        var (resident, cost) = (await peak.ConfigureAwait(false), Cost(entries, builds));
        var window = entries.Where(e => e.IsWrite && !e.IsLease).OrderBy(e => e.Time).ToList();
        return new()
        {
            Builds = builds,
            AppliedSeconds = applied.TotalSeconds,
            AllPodsSeconds = podsAfter,
            AllEndedSeconds = endedAfter,
            AllWritesPerSecond = window.Count(e => (e.Time - window[0].Time).TotalSeconds <= endedAfter) / endedAfter,
            OperatorCpuSeconds = used.TotalSeconds,
            PeakResidentMiB = resident / Mebibyte,
            WritesUntilEnd = cost.UntilEnd,
            WritesInAll = cost.InAll,
            RequestsInAll = cost.Requests,
            RequestsByKind = cost.ByKind,
        };
    }

    public async Task<LatencyFigures> LatencyAsync(int perSecond, int builds)
    {
        await using var scene = await Scene.StartAsync(plane, program, $"rate-{perSecond}").ConfigureAwait(false);
        await scene.LeaderAsync().ConfigureAwait(false);
        await scene.Client.CreateBuildAsync("first").ConfigureAwait(false);
        await scene.PodsAsync(1).ConfigureAwait(false);
        var created = new long[builds + 1];
        var begin = TimeProvider.System.GetTimestamp();
        var posts = new List<Task>();
        for (var i = 1; i <= builds; i++)
        {
            // On the minute, whatever the last one took: a slow server must not slow the measure.
            var due = TimeSpan.FromSeconds((double)i / perSecond) - TimeProvider.System.GetElapsedTime(begin);
            if (due > TimeSpan.Zero) await Task.Delay(due, TimeProvider.System).ConfigureAwait(false);
            created[i] = TimeProvider.System.GetTimestamp();
            posts.Add(scene.Client.CreateBuildAsync($"b-{i}"));
        }

        await Task.WhenAll(posts).ConfigureAwait(false);
        await scene.PodsAsync(builds + 1).ConfigureAwait(false);
        var sorted = Enumerable.Range(1, builds).Select(i => TimeProvider.System.GetElapsedTime(created[i], scene.Kubelet.SeenAt[$"b-{i}"]).TotalMilliseconds).Order().ToList();
        return new(perSecond, builds, sorted[builds / 2], sorted[(int)Math.Ceiling(builds * 0.99) - 1]);
    }

    /// <summary>Everything has ended; the operator waits.</summary>
    public async Task<RestFigures> RestAsync(TimeSpan time)
    {
        await using var scene = await Scene.StartAsync(plane, program, $"rest-{Guid.NewGuid():N}"[..12]).ConfigureAwait(false);
        var leader = await scene.LeaderAsync().ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System).ConfigureAwait(false);
        await audit.SkipAsync().ConfigureAwait(false);
        var before = ProcessFigures.Of(leader.Process.Id);
        await Task.Delay(time, TimeProvider.System).ConfigureAwait(false);
        var after = ProcessFigures.Of(leader.Process.Id);
        var own = (await audit.ReadAsync().ConfigureAwait(false)).Where(e => e.IsOperators).ToList();
        return new(
            time.TotalSeconds, own.Count(e => e is { IsWrite: true, IsLease: false }), own.Count(e => e is { IsWrite: true, IsLease: true }), own.Count(e => !e.IsWrite),
            100 * (after.Cpu - before.Cpu) / time, after.Resident / Mebibyte, after.Anonymous / Mebibyte);
    }

    /// <summary>Ended builds, with their pods, all in one store; then an operator starts.</summary>
    public async Task<StoreFigures> StoreAsync(int finished)
    {
        await using var scene = await Scene.StartAsync(plane, program, $"store-{Guid.NewGuid():N}"[..12], held: true).ConfigureAwait(false);
        await InParallel.RunAsync(finished, async i =>
        {
            var (name, pod) = ($"b-{i}", $"b-{i}-lab-1");
            var build = await scene.Client.CreateBuildAsync(name).ConfigureAwait(false);
            await scene.Client.PatchStatusAsync(name, EndedBuild!["status"]!).ConfigureAwait(false);
            await scene.Client.CreatePodAsync(pod, EndedPod!, "default", build).ConfigureAwait(false);
            await scene.Client.PatchPodStatusAsync(pod, EndedPod!["status"]!).ConfigureAwait(false);
        }).ConfigureAwait(false);
        var started = TimeProvider.System.GetTimestamp();
        var process = await scene.OperatorAsync("a").ConfigureAwait(false);
        await Scene.UntilAsync(() => process.HasLogged("Caches are in sync")).ConfigureAwait(false);
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        await Scene.LeadsAsync(process).ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromSeconds(60), TimeProvider.System).ConfigureAwait(false);
        var figures = ProcessFigures.Of(process.Process.Id);
        return new(finished, seconds, figures.Resident / Mebibyte, figures.Anonymous / Mebibyte, figures.Cpu.TotalSeconds);
    }

    private static async Task<double> ElapsedAsync(long started, Func<bool> holds)
    {
        await Scene.UntilAsync(holds).ConfigureAwait(false);
        return TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<long> PeakAsync(int pid, CancellationToken stop)
    {
        var peak = 0L;
        while (!stop.IsCancellationRequested)
        {
            peak = Math.Max(peak, ProcessFigures.Of(pid).Resident);
            await Task.Delay(Sample, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return peak;
    }

    private static (double UntilEnd, double InAll, double Requests, Dictionary<string, double> ByKind) Cost(IReadOnlyList<AuditEntry> entries, int builds)
    {
        var own = entries.Where(e => e is { IsOperators: true, IsLease: false }).ToList();
        var untilEnd = 0;
        foreach (var build in own.Where(e => e.IsWrite).GroupBy(e => BuildName().Match(e.Name).Value))
        {
            // The operator's last word of status is that of the end.
            var end = build.Where(e => e.Resource == "imagebuilds/status").Select(e => e.Time).DefaultIfEmpty().Max();
            untilEnd += build.Count(e => e.Time <= end);
        }

        return (
            (double)untilEnd / builds, (double)own.Count(e => e.IsWrite) / builds, (double)own.Count / builds,
            own.GroupBy(e => $"{(e.Code < 400 ? "" : $"{e.Code} ")}{e.Verb} {e.Resource}").OrderByDescending(g => g.Count()).ToDictionary(g => g.Key, g => (double)g.Count() / builds));
    }

    [GeneratedRegex(@"^b-\d+(?=$|[.-])")]
    private static partial Regex BuildName();
}
