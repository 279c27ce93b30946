using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Client;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageOperator.Testing.Doubles;

/// <summary>
/// Plays the node and the builders for all pods of builders: takes each up through the real API server, writes its target's status as image-builder
/// does (its own field manager, no force, the attempt as the fence), and ends it. It goes on through every outage, as pods do.
/// </summary>
internal sealed class DoubleKubelet : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly IHost host;
    private readonly Channel<V1Pod> work = Channel.CreateUnbounded<V1Pod>();
    private readonly CancellationTokenSource stop = new();
    private readonly KubeletMode mode;
    private readonly List<Task> workers = [];
    private int running;
    private int ended;
    private int fenced;
    private int writes;

    private DoubleKubelet(IHost host, KubeletMode mode) => (this.host, this.mode) = (host, mode);

    /// <summary>Every pod that was ever seen, by its UID.</summary>
    public ConcurrentDictionary<string, PodRecord> Seen { get; } = new(StringComparer.Ordinal);

    /// <summary>When each was seen first.</summary>
    public ConcurrentDictionary<string, long> SeenAt { get; } = new(StringComparer.Ordinal);

    /// <summary>Pods whose builder has said that it runs.</summary>
    public int Running => running;

    public int Ended => ended;

    /// <summary>Builders of an older attempt that were not allowed to write.</summary>
    public int Fenced => fenced;

    /// <summary>Writes that were answered well: what the kubelet and the builders cost the server, not the operator.</summary>
    public int Writes => writes;

    private IClient Client => host.Services.GetRequiredService<IClient>();

    public static async Task<DoubleKubelet> StartAsync(string kubeconfig, KubeletMode mode)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddControllerRuntime(o =>
        {
            o.Name = "double-kubelet";
            o.KubeconfigPath = kubeconfig;
            o.WatchNamespace = mode.Namespace;
            o.LeaderElection.Enabled = false;
        });
        builder.Services.AddInformer<V1Pod>(o => o.LabelSelector = $"{Labels.Role}={Labels.BuilderRole}");
        var kubelet = new DoubleKubelet(builder.Build(), mode);
        kubelet.host.Services.GetRequiredService<IInformer<V1Pod>>().AddHandler(kubelet.Hear);
        for (var i = 0; i < mode.Parallel; i++) kubelet.workers.Add(Task.Run(kubelet.WorkAsync));
        await kubelet.host.StartAsync();
        await kubelet.host.Services.GetRequiredService<IInformer<V1Pod>>().WaitForSyncAsync(default);
        return kubelet;
    }

    /// <summary>Pieces of work that more than one pod was made for.</summary>
    public IEnumerable<string> Doubled() => Seen.Values.GroupBy(p => p.Work).Where(g => g.Count() > 1).Select(g => $"{g.First().Build}: {string.Join(", ", g.Select(p => p.Name))}");

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await host.StopAsync();
        host.Dispose();
        stop.Dispose();
    }

    private void Hear(ResourceEvent<V1Pod> change)
    {
        if (change.New is not { } pod || !Seen.TryAdd(pod.Metadata.Uid, Record(pod))) return;
        SeenAt[pod.Metadata.OwnerReferences[0].Name] = TimeProvider.System.GetTimestamp();
        work.Writer.TryWrite(pod);
    }

    private async Task WorkAsync()
    {
        await foreach (var pod in work.Reader.ReadAllAsync(stop.Token)) await RunAsync(pod, Seen[pod.Metadata.Uid]);
    }

    private async Task RunAsync(V1Pod pod, PodRecord record)
    {
        if (pod.Status?.Phase is "Succeeded" or "Failed") return;
        var mine = true;
        if (mode.SaysRunning)
        {
            await PodAsync(record, "Running", null);
            mine = await TargetAsync(record, TargetPhase.Running, BuildStage.Connected);
            Interlocked.Increment(ref running);
        }

        await mode.Until.WaitAsync(stop.Token);
        mine = mine && await TargetAsync(record, TargetPhase.Succeeded, BuildStage.CleanedUp);
        if (!mine) Interlocked.Increment(ref fenced);
        await PodAsync(record, mine ? "Succeeded" : "Failed", mine ? 0 : 1);
        Interlocked.Increment(ref ended);
    }

    /// <returns>False when the server says that another attempt has the target.</returns>
    private Task<bool> TargetAsync(PodRecord pod, TargetPhase phase, BuildStage stage)
    {
        var now = TimeProvider.System.GetUtcNow();
        var status = new TargetStatus
        {
            Name = pod.Target,
            Attempt = pod.Attempt,
            Phase = phase,
            Stage = stage,
            Stages = [.. Enum.GetValues<BuildStage>().Where(s => s > BuildStage.Pending && s <= stage).Select(s => new StageStatus { Name = s, StartTime = now, CompletionTime = now })],
            CompletionTime = phase == TargetPhase.Succeeded ? now : null,
            Artifacts = phase == TargetPhase.Succeeded ? [new() { Type = "qcow2", Id = $"hostpath:/srv/out/{pod.Build}" }] : null,
        };
        var configuration = new JsonObject { ["status"] = new JsonObject { ["targets"] = new JsonArray(JsonSerializer.SerializeToNode(status, RuntimeJson.Options)) } };
        return UntilAnsweredAsync(pod, () => Client.ApplyAsync<ImageBuild>(
            new(mode.Namespace, pod.Build), configuration, new(FieldManagers.Builder(pod.Target)) { Subresource = Subresources.Status }, stop.Token));
    }

    private Task<bool> PodAsync(PodRecord pod, string phase, int? exitCode)
    {
        var now = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        object state = exitCode is { } code ? new { terminated = new { exitCode = code, reason = code == 0 ? "Completed" : "Error", finishedAt = now } } : new { running = new { startedAt = now } };
        var status = new
        {
            phase,
            conditions = new[] { new { type = "PodScheduled", status = "True", lastTransitionTime = now } },
            containerStatuses = new[] { new { name = "builder", image = "x", imageID = "", ready = exitCode is null, restartCount = 0, state } },
        };
        var patch = JsonSerializer.SerializeToNode(new { metadata = new { uid = pod.Uid }, status })!.AsObject();
        return UntilAnsweredAsync(pod, () => Client.MergePatchAsync<V1Pod>(new(mode.Namespace, pod.Name), patch, new() { Subresource = Subresources.Status }, stop.Token));
    }

    private async Task<bool> UntilAnsweredAsync(PodRecord pod, Func<Task> write)
    {
        while (true)
        {
            try
            {
                await write();
                Interlocked.Increment(ref writes);
                return true;
            }
            catch (ApiException e) when (e.Error is ApiError.NotFound || (e.Error == ApiError.Conflict && e.ConflictingFields.Count > 0) || (e.Error == ApiError.Conflict && !IsOurs(pod)))
            {
                return false;
            }
            catch (ApiException e) when (e.IsPassing)
            {
                // The server is away, or has just started: a builder waits for it, too.
                await Task.Delay(Pause, TimeProvider.System, stop.Token);
            }
        }
    }

    private bool IsOurs(PodRecord pod) => host.Services.GetRequiredService<IStore<V1Pod>>().Get(new(mode.Namespace, pod.Name))?.Metadata.Uid == pod.Uid;

    private static PodRecord Record(V1Pod pod)
    {
        var labels = pod.Metadata.Labels;
        return new(pod.Metadata.Uid, pod.Metadata.Name, pod.Metadata.OwnerReferences[0].Name, labels[Labels.BuildUid], labels[Labels.Target], int.Parse(labels[Labels.Attempt], CultureInfo.InvariantCulture));
    }
}
