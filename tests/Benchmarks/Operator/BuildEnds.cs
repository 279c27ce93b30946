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

    private BuildEnds(WatchStream stream) => watching = WatchAsync(stream);

    public int Count => ended.Count;

    public int Succeeded => ended.Count(e => e.Value);

    public static async Task<BuildEnds> StartAsync(ControlPlane plane, string @namespace)
    {
        var path = new Uri(plane.Address, $"apis/{GroupVersion.ApiVersion}/namespaces/{@namespace}/{ImageBuild.PluralName}");
        var list = await plane.Http.GetFromJsonAsync<JsonNode>($"{path}?limit=1").ConfigureAwait(false);
        var response = await plane.Http.GetAsync(
            new Uri($"{path}?watch=true&resourceVersion={(string?)list!["metadata"]!["resourceVersion"]}"), HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        return new(new(response, new StreamReader(await response.Content.ReadAsStreamAsync().ConfigureAwait(false))));
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task WatchAsync(WatchStream stream)
    {
        await using (stream.ConfigureAwait(false))
        {
            while (true)
            {
                var seen = await stream.FirstAsync(s => s.IsEnded(s.Name), stop.Token).ConfigureAwait(false);
                ended[seen.Name] = seen.Object["status"]!["conditions"]!.AsArray().Any(c => (string?)c!["type"] == "Succeeded" && (string?)c["status"] == "True");
            }
        }
    }
}
