using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Cli.Hosting;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace ImageOperator.Cli.Logs;

/// <summary>What <c>imagectl logs</c> reads in a cluster.</summary>
internal sealed class LogCluster(BuildCluster cluster)
{
    private static readonly TimeSpan ReaderPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Kubernetes _client = cluster.Client;

    public string Namespace => cluster.Namespace;

    public Task<ImageBuild?> FindBuildAsync(string name, CancellationToken cancellationToken) => cluster.FindBuildAsync(name, cancellationToken);

    /// <summary>Every attempt of which there is a log, or a pod that will have one.</summary>
    public async Task<IReadOnlyList<LogSource>> FindSourcesAsync(string buildUid, CancellationToken cancellationToken)
    {
        var pods = await _client.CoreV1.ListNamespacedPodAsync(Namespace, labelSelector: Selector(buildUid, Labels.BuilderRole), cancellationToken: cancellationToken).ConfigureAwait(false);
        var kept = await _client.CoreV1.ListNamespacedConfigMapAsync(Namespace, labelSelector: Selector(buildUid, KeptLog.Role), cancellationToken: cancellationToken).ConfigureAwait(false);
        var sources = pods.Items.Select(p => Place(p.Metadata) with { Pod = p.Metadata.Name })
            .Concat(kept.Items.Select(m => Place(m.Metadata) with { ConfigMap = m.Metadata.Name, CutLines = CutLines(m), Reader = Reader(m) }));
        return
        [
            .. sources.GroupBy(s => (s.Target, s.Attempt))
                .Select(g => (g.FirstOrDefault(s => s.ConfigMap is not null) ?? g.First()) with { Pod = g.Select(s => s.Pod).FirstOrDefault(p => p is not null) })
                .OrderBy(s => s.Target, StringComparer.Ordinal).ThenBy(s => s.Attempt),
        ];
    }

    /// <returns>Null if the pod is gone, or its container does not run yet.</returns>
    public async Task<Stream?> OpenPodAsync(string pod, bool follow, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.CoreV1.ReadNamespacedPodLogAsync(pod, Namespace, follow: follow, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
        {
            return null;
        }
    }

    /// <returns>Null if it is gone.</returns>
    public async Task<Stream?> OpenKeptAsync(string configMap, CancellationToken cancellationToken)
    {
        try
        {
            var map = await _client.CoreV1.ReadNamespacedConfigMapAsync(configMap, Namespace, cancellationToken: cancellationToken).ConfigureAwait(false);
            return map.BinaryData?.TryGetValue(KeptLog.Log, out var bytes) == true ? new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress) : null;
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Runs the pod until it has ended, and removes it.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="StoreException">It could not run, or failed.</exception>
    public async Task<string> RunAsync(V1Pod pod, TimeProvider time, CancellationToken cancellationToken)
    {
        var name = (await _client.CoreV1.CreateNamespacedPodAsync(pod, Namespace, cancellationToken: cancellationToken).ConfigureAwait(false)).Metadata.Name;
        try
        {
            var now = pod;
            for (var since = time.GetTimestamp(); now.Status?.Phase is not ("Succeeded" or "Failed"); now = await _client.CoreV1.ReadNamespacedPodAsync(name, Namespace, cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                if (time.GetElapsedTime(since) > ReaderPatience) throw new StoreException($"pod {name}, which is to read it, does not run: {Why(now)}");
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }

            if (now.Status.Phase == "Failed") throw new StoreException(now.Status.ContainerStatuses?.FirstOrDefault()?.State?.Terminated?.Message ?? $"pod {name} failed");
            using var stream = await _client.CoreV1.ReadNamespacedPodLogAsync(name, Namespace, cancellationToken: cancellationToken).ConfigureAwait(false);
            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await _client.CoreV1.DeleteNamespacedPodAsync(name, Namespace, gracePeriodSeconds: 0, cancellationToken: CancellationToken.None).ConfigureAwait(false);
        }
    }

    public static async IAsyncEnumerable<string> LinesAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line) yield return line;
    }

    private static string Why(V1Pod pod) =>
        pod.Status?.ContainerStatuses?.FirstOrDefault()?.State?.Waiting is { } waiting ? $"{waiting.Reason}: {waiting.Message}"
            : pod.Status?.Conditions?.FirstOrDefault(c => c.Status == "False")?.Message ?? "nobody says why";

    private static long CutLines(V1ConfigMap map) =>
        map.Data?.TryGetValue(KeptLog.CutLines, out var text) == true && long.TryParse(text, CultureInfo.InvariantCulture, out var lines) ? lines : 0;

    private static StoreReader? Reader(V1ConfigMap map)
    {
        try
        {
            return map.Data?.TryGetValue(KeptLog.Reader, out var text) == true ? JsonSerializer.Deserialize<StoreReader>(text, ApiJson.Options) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Selector(string uid, string role) => $"{Labels.BuildUid}={uid},{Labels.Role}={role}";

    private static LogSource Place(V1ObjectMeta metadata) => new(
        metadata.Labels?.TryGetValue(Labels.Target, out var target) == true ? target : "",
        metadata.Labels?.TryGetValue(Labels.Attempt, out var attempt) == true && int.TryParse(attempt, CultureInfo.InvariantCulture, out var number) ? number : 0,
        null,
        null);
}
