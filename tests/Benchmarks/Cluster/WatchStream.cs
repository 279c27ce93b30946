using System.Text.Json.Nodes;

namespace ImageOperator.Benchmarks.Cluster;

/// <summary>A watch that has begun before what it is to see.</summary>
internal sealed class WatchStream(HttpResponseMessage response, StreamReader reader) : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    public async Task<Seen> FirstAsync(Func<Seen, bool> wanted, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Longest);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        while (await reader.ReadLineAsync(linked.Token).ConfigureAwait(false) is { } line)
        {
            var now = TimeProvider.System.GetUtcNow();
            var parsed = JsonNode.Parse(line)!;
            var seen = new Seen(now, (string)parsed["type"]!, parsed["object"]!);
            if (seen.Type == "ERROR") throw new InvalidOperationException($"the watch ended: {seen.Object}");
            if (wanted(seen)) return seen;
        }

        throw new InvalidOperationException("the API server ended the watch");
    }

    public ValueTask DisposeAsync()
    {
        response.Dispose();
        reader.Dispose();
        return ValueTask.CompletedTask;
    }
}
