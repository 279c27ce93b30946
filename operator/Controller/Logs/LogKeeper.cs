using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Hosting;
using ImageOperator.Controller.Pods;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Controllers;
using k8s.Models;
using Microsoft.Extensions.Options;

namespace ImageOperator.Controller.Logs;

/// <summary>Copies the log of a builder pod into a ConfigMap that its build owns.</summary>
internal sealed class LogKeeper(IClient client, IPodLogs logs, IOptions<OperatorOptions> options, ILogger<LogKeeper> logger)
{
    /// <summary>JSON lines shrink to a tenth and less.</summary>
    private const int Shrinkage = 16;

    private readonly ConcurrentDictionary<string, byte> done = new(StringComparer.Ordinal);

    private LogOptions Options => options.Value.Logs;

    /// <summary>Whether the pod's log is kept, or never can be.</summary>
    public bool IsDone(string podUid) => done.ContainsKey(podUid);

    public void Forget(string podUid) => done.TryRemove(podUid, out _);

    /// <param name="build">The pod's build.</param>
    /// <param name="pod">The pod; its container has ended, or will while this reads.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task KeepAsync(ImageBuild build, PodObservation pod, ObjectKey name, CancellationToken cancellationToken)
    {
        var key = new ObjectKey(name.Namespace, PodNames.Log(build.Metadata.Name, pod.Target, pod.Attempt));
        var there = await client.FindAsync<V1ConfigMap>(key, cancellationToken).ConfigureAwait(false);
        if (there?.IsControlledBy(build.Metadata.Uid) != true)
        {
            if (there is not null) key = key with { Name = PodNames.Other(key.Name, build.Metadata.Uid) };
            if (await ReadAsync(name, cancellationToken).ConfigureAwait(false) is { Lines: > 0 } log)
            {
                await CreateAsync(build, pod, name, key, log, cancellationToken).ConfigureAwait(false);
                await RemoveOldAsync(build, pod, name.Namespace, cancellationToken).ConfigureAwait(false);
            }
        }

        done[pod.Uid] = 0;
    }

    private async Task<BoundedLog?> ReadAsync(ObjectKey pod, CancellationToken cancellationToken)
    {
        var raw = Options.MaxKiB * 1024 * Shrinkage;
        var log = new BoundedLog(raw / 4, raw - (raw / 4));
        try
        {
            await foreach (var line in logs.ReadAsync(pod, follow: true, cancellationToken).ConfigureAwait(false)) log.Add(line);
            return log;
        }
        catch (ApiException e) when (e.Error is ApiError.NotFound or ApiError.Invalid)
        {
            // The kubelet has removed the container before anyone asked.
            Log.LogLost(logger, pod, e.Message);
            return null;
        }
    }

    private async Task CreateAsync(ImageBuild build, PodObservation pod, ObjectKey podKey, ObjectKey key, BoundedLog log, CancellationToken cancellationToken)
    {
        var compressed = log.Compress(Options.MaxKiB * 1024);
        var map = new V1ConfigMap
        {
            Metadata = new()
            {
                Name = key.Name,
                NamespaceProperty = key.Namespace,
                Labels = new Dictionary<string, string>
                {
                    ["app.kubernetes.io/managed-by"] = "image-operator",
                    [Labels.Build] = build.Metadata.Name,
                    [Labels.BuildUid] = build.Metadata.Uid,
                    [Labels.Target] = pod.Target,
                    [Labels.Attempt] = pod.Attempt.ToString(CultureInfo.InvariantCulture),
                    [Labels.Role] = KeptLog.Role,
                },
                OwnerReferences = [build.ControllerReference(blockOwnerDeletion: false)],
            },
            Immutable = true,
            Data = new Dictionary<string, string>
            {
                [KeptLog.Pod] = podKey.Name,
                [KeptLog.Lines] = log.Lines.ToString(CultureInfo.InvariantCulture),
                [KeptLog.CutLines] = log.CutLines.ToString(CultureInfo.InvariantCulture),
                [KeptLog.Reader] = JsonSerializer.Serialize(Reader(), ApiJson.Options),
            },
            BinaryData = new Dictionary<string, byte[]> { [KeptLog.Log] = compressed },
        };
        try
        {
            await client.CreateAsync(map, cancellationToken).ConfigureAwait(false);
            Log.LogKept(logger, podKey, key.Name, log.Lines, compressed.Length, log.CutLines);
        }
        catch (ApiException e) when (e.Error == ApiError.AlreadyExists)
        {
            // Kept a moment ago, by a leader before this one.
        }
    }

    private StoreReader Reader()
    {
        var builder = options.Value.Builder;
        return new() { Image = builder.Image, PullPolicy = builder.PullPolicy, PullSecrets = [.. builder.PullSecrets], User = builder.User };
    }

    private async Task RemoveOldAsync(ImageBuild build, PodObservation pod, string @namespace, CancellationToken cancellationToken)
    {
        if (pod.Attempt <= Options.Attempts) return;
        var key = new ObjectKey(@namespace, PodNames.Log(build.Metadata.Name, pod.Target, pod.Attempt - Options.Attempts));
        var old = await client.FindAsync<V1ConfigMap>(key, cancellationToken).ConfigureAwait(false);
        if (old?.IsControlledBy(build.Metadata.Uid) == true)
        {
            await client.DeleteIfExistsAsync<V1ConfigMap>(key, new() { Uid = old.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
        }
    }
}
