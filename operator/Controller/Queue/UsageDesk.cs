using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api.Platforms;
using ImageOperator.Runtime.Client;

namespace ImageOperator.Controller.Queue;

/// <summary>Writes one platform's sums. Those who come while a write is under way share the next one.</summary>
internal sealed class UsageDesk(PlatformKey platform, IClient client, UsageBook book, TimeProvider time) : IDisposable
{
    /// <summary>A manager of its own: whoever writes the rest of the platform's status does not take the sums away.</summary>
    private const string FieldManager = "image-operator-usage";
    private const int Tries = 10;

    private readonly Lock gate = new();
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly HashSet<LeavingBuild> pending = [];

    /// <summary>Adds a build to the sums; when it returns, it stands there. Without a build it only tells the hours anew.</summary>
    public async Task WriteAsync(LeavingBuild? leaving, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (leaving is not null) pending.Add(leaving);
        }

        await writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            LeavingBuild[] batch;
            lock (gate)
            {
                // Someone else's write had it.
                if (leaving is not null && !pending.Contains(leaving)) return;
                batch = [.. pending];
            }

            await WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            lock (gate) pending.ExceptWith(batch);
        }
        finally
        {
            lock (gate)
            {
                if (leaving is not null) pending.Remove(leaving);
            }

            writing.Release();
        }
    }

    public void Dispose() => writing.Dispose();

    private async Task WriteAsync(LeavingBuild[] batch, CancellationToken cancellationToken)
    {
        for (var attempt = 1; await FindAsync(cancellationToken).ConfigureAwait(false) is { } found; attempt++)
        {
            var before = found.Status?.Usage ?? [];
            var now = time.GetUtcNow();
            var sums = UsageSums.Add(before, batch, now, book.Exists);
            sums = UsageSums.Tell(sums, book.Beside(platform, sums, now), now);
            try
            {
                if (!JsonNode.DeepEquals(Json(before), Json(sums))) await ApplyAsync(found, sums, cancellationToken).ConfigureAwait(false);
                // Known here before the cache has it: a build that goes now must not be missing in between.
                book.Settled(platform, sums);
                return;
            }
            catch (ApiException e) when (e.Error == ApiError.Conflict && attempt < Tries)
            {
                // The platform was written meanwhile: read again.
            }
        }
    }

    private async Task<IPlatformObject?> FindAsync(CancellationToken cancellationToken) => platform.Kind == PlatformKind.ImagePlatform
        ? await client.FindAsync<ImagePlatform>(platform.Object, cancellationToken).ConfigureAwait(false)
        : await client.FindAsync<ClusterImagePlatform>(platform.Object, cancellationToken).ConfigureAwait(false);

    private Task ApplyAsync(IPlatformObject found, IReadOnlyList<NamespaceUsage> sums, CancellationToken cancellationToken)
    {
        var configuration = new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = found.Metadata.ResourceVersion },
            ["status"] = new JsonObject { ["usage"] = Json(sums) },
        };
        var options = new ApplyOptions(FieldManager) { Force = true, Subresource = Subresources.Status };
        return platform.Kind == PlatformKind.ImagePlatform
            ? client.ApplyAsync<ImagePlatform>(platform.Object, configuration, options, cancellationToken)
            : client.ApplyAsync<ClusterImagePlatform>(platform.Object, configuration, options, cancellationToken);
    }

    private static JsonNode? Json(IReadOnlyList<NamespaceUsage> usage) => JsonSerializer.SerializeToNode(usage, RuntimeJson.Options);
}
