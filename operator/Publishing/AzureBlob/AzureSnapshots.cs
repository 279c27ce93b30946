using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace ImageOperator.Publishing.AzureBlob;

/// <summary>Our snapshots of what stood under a name before. They bear the build's mark: they are found again even if nobody heard of their making.</summary>
internal sealed class AzureSnapshots(Place place, AzureCalls calls, string blob)
{
    /// <returns>False if something else stands there by now.</returns>
    public async Task<bool> TakeAsync(AzureObject before, CancellationToken cancellationToken)
    {
        await DeleteAsync(cancellationToken).ConfigureAwait(false);
        // A snapshot has the notes of the blob, unless it is given its own.
        var notes = new Dictionary<string, string>(before.Metadata) { [AzureNotes.Before] = place.Mark };
        return await calls.TryAsync("SnapshotBlob", container => container.GetBlobClient(blob).CreateSnapshotAsync(notes, before.Unchanged, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The newest of ours; null if there is none.</summary>
    public async Task<BlobItem?> FindAsync(CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken).ConfigureAwait(false)).OrderBy(s => s.Snapshot, StringComparer.Ordinal).LastOrDefault();

    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        foreach (var snapshot in await ListAsync(cancellationToken).ConfigureAwait(false))
        {
            await calls.RunAsync(
                "DeleteBlob snapshot",
                async container => (await container.GetBlobBaseClient(blob).WithSnapshot(snapshot.Snapshot).DeleteIfExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false)).Value,
                cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<List<BlobItem>> ListAsync(CancellationToken cancellationToken) => calls.RunAsync("ListBlobs", async container =>
    {
        var found = new List<BlobItem>();
        var options = new GetBlobsOptions { Prefix = blob, States = BlobStates.Snapshots, Traits = BlobTraits.Metadata };
        await foreach (var item in container.GetBlobsAsync(options, cancellationToken).ConfigureAwait(false))
        {
            if (item.Name == blob && item.Snapshot is { Length: > 0 } && item.Metadata?.TryGetValue(AzureNotes.Before, out var mark) == true && mark == place.Mark) found.Add(item);
        }

        return found;
    }, cancellationToken);
}
