using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Runtime.Client;
using k8s.Models;

namespace ImageOperator.Controller.Tests.Cluster;

/// <summary>Plays image-builder in a pod: writes its target's status as the builder does, and ends as told.</summary>
internal sealed class ScriptedBuilder(TestCluster cluster, int attempt = 1, string target = "lab", string build = "web-1", string? podName = null)
{
    private const string Hold = "test.imageoperator.dev/hold";

    private string Pod => podName ?? $"{build}-{target}-{attempt}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Waits for the pod and lets it run; a deletion of it waits for <see cref="ExitAsync"/>.</summary>
    public async Task<ScriptedBuilder> RunAsync()
    {
        await cluster.PodAsync(Pod);
        await cluster.Client.MergePatchAsync<V1Pod>(cluster.Key(Pod), Json(new { metadata = new { finalizers = new[] { Hold } } }), null, Stop);
        await PodStatusAsync("Running", null);
        return this;
    }

    public async Task<ImageBuild> WriteAsync(TargetPhase phase, BuildStage? stage = null, bool dirty = false, Failure? failure = null, DateTimeOffset? start = null)
    {
        var now = (await cluster.Client.GetAsync<ImageBuild>(cluster.Key(build), Stop)).Status?.Targets?.FirstOrDefault(t => t.Name == target);
        var status = new TargetStatus
        {
            Name = target,
            Attempt = attempt,
            Phase = phase,
            Stage = stage,
            Stages = stage is { } s ? [new() { Name = s, StartTime = TimeProvider.System.GetUtcNow(), CompletionTime = TimeProvider.System.GetUtcNow() }] : null,
            StartTime = start ?? now?.StartTime,
            CompletionTime = phase is TargetPhase.Running or TargetPhase.Pending ? null : now?.CompletionTime ?? TimeProvider.System.GetUtcNow(),
            Resources = dirty ? [new() { Key = "machine", Type = "qemu/machine", Id = "vm-1", State = LedgerState.Created, Temporary = true, Attempt = attempt }] : [],
            Failure = failure,
            Artifacts = phase == TargetPhase.Succeeded ? [new() { Type = "qcow2", Id = "hostpath:/srv/out/x" }] : null,
        };
        var configuration = new JsonObject { ["status"] = new JsonObject { ["targets"] = new JsonArray(JsonSerializer.SerializeToNode(status, RuntimeJson.Options)) } };
        return await cluster.Client.ApplyAsync<ImageBuild>(
            cluster.Key(build), configuration, new(FieldManagers.Builder(target)) { Subresource = Subresources.Status }, Stop);
    }

    /// <summary>The container ends.</summary>
    public async Task ExitAsync(int code)
    {
        await PodStatusAsync(code == 0 ? "Succeeded" : "Failed", code);
        await ReleaseAsync();
    }

    /// <summary>The pod goes without a word.</summary>
    public async Task VanishAsync()
    {
        await ReleaseAsync();
        await cluster.Client.DeleteIfExistsAsync<V1Pod>(cluster.Key(Pod), new() { GracePeriod = TimeSpan.Zero }, Stop);
    }

    /// <summary>Waits until someone wants the pod to go.</summary>
    public Task AskedToStopAsync() => TestCluster.UntilAsync(
        async () => (await cluster.PodAsync(Pod)).Metadata.DeletionTimestamp is not null, () => $"pod {Pod} to be asked to stop");

    private Task<V1Pod> ReleaseAsync() => cluster.Client.MergePatchAsync<V1Pod>(cluster.Key(Pod), Json(new { metadata = new { finalizers = Array.Empty<string>() } }), null, Stop);

    private Task<V1Pod> PodStatusAsync(string phase, int? exitCode)
    {
        object[] containers = exitCode is { } code
            ? [new { name = "builder", image = "x", imageID = "", ready = false, restartCount = 0,
                state = new { terminated = new { exitCode = code, reason = "Error", finishedAt = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") } } }]
            : [];
        return cluster.Client.MergePatchAsync<V1Pod>(
            cluster.Key(Pod), Json(new { status = new { phase, containerStatuses = containers } }), new() { Subresource = Subresources.Status }, Stop);
    }

    private static JsonObject Json(object value) => JsonSerializer.SerializeToNode(value)!.AsObject();
}
