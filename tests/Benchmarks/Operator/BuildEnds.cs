using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Benchmarks.Cluster;
using ImageOperator.Testing.Servers;

namespace ImageOperator.Benchmarks.Operator;

/// <summary>Watches builds end.</summary>
internal sealed class BuildEnds : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<string, bool> ended = new(StringComparer.Ordinal);
    private readonly Task watching;

    private BuildEnds(ControlPlane plane, string @namespace) => watching = WatchAsync(plane, @namespace);

    public int Count => ended.Count;

    public static BuildEnds Start(ControlPlane plane, string @namespace) => new(plane, @namespace);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task WatchAsync(ControlPlane plane, string @namespace)
    {
        var path = new Uri(plane.Address, $"apis/{GroupVersion.ApiVersion}/namespaces/{@namespace}/{ImageBuild.PluralName}");
        while (!stop.IsCancellationRequested)
        {
            var list = await plane.Http.GetFromJsonAsync<JsonNode>(path, stop.Token).ConfigureAwait(false);
            var now = TimeProvider.System.GetUtcNow();
            foreach (var build in list!["items"]!.AsArray().Select(b => new Seen(now, "ADDED", b!)).Where(b => b.IsEnded(b.Name))) ended[build.Name] = true;
            var response = await plane.Http.GetAsync(
                new Uri($"{path}?watch=true&resourceVersion={(string?)list["metadata"]!["resourceVersion"]}"), HttpCompletionOption.ResponseHeadersRead, stop.Token).ConfigureAwait(false);
            var stream = new WatchStream(response, new StreamReader(await response.Content.ReadAsStreamAsync(stop.Token).ConfigureAwait(false)));
            await using (stream.ConfigureAwait(false))
            {
                try
                {
                    while (true)
                    {
                        var seen = await stream.FirstAsync(s => s.IsEnded(s.Name), stop.Token).ConfigureAwait(false);
                        ended[seen.Name] = true;
                    }
                }
                catch (Exception e) when (e is InvalidOperationException or IOException or OperationCanceledException && !stop.IsCancellationRequested)
                {
                    // A busy server drops those that do not keep up: list again.
                }
            }
        }
    }
}
