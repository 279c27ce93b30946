using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Publishing.AzureBlob;

/// <summary>Gives the name back to what stood there before, or deletes the blob, if it is this build's; and drops what was sent and not released.</summary>
internal sealed class AzureRemoval(Place place, AzureCalls calls, LedgerEntry entry, string blob, AzureSnapshots snapshots)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var found = await AzureObject.FindAsync(calls, blob, cancellationToken).ConfigureAwait(false);
        if (found is not null && found.Mark == place.Mark) await UndoAsync(found, cancellationToken).ConfigureAwait(false);
        if (entry.Properties?.GetValueOrDefault(AzureProperties.Staging) is { } staging) await AzureUpload.DeleteStagingAsync(calls, staging, cancellationToken).ConfigureAwait(false);
        else if (found is null) await DropBlocksAsync(cancellationToken).ConfigureAwait(false);
    }

    // That the conditions are not met any more means that another build has the name now: then it is not ours to touch.
    private async Task UndoAsync(AzureObject found, CancellationToken cancellationToken)
    {
        if (await snapshots.FindAsync(cancellationToken).ConfigureAwait(false) is { } before)
        {
            var notes = before.Metadata.Where(n => n.Key != AzureNotes.Before).ToDictionary();
            // Without any notes of its own a copy takes the source's, where our mark is.
            if (notes.Count == 0) notes[AzureNotes.Before] = "restored";
            var source = calls.Access.Container.GetBlobBaseClient(blob).WithSnapshot(before.Snapshot).Uri;
            await AzureCopy.RunAsync(place, calls, source, blob, notes, found.Unchanged, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (found.Metadata.ContainsKey(AzureNotes.Replaces))
        {
            // The build had done all its work, and was stopped between the removal of its snapshot and the writing of its end: no blob at all would be worse.
            place.Say($"{blob}: what stood there before is given up already: this build's blob stays");
            return;
        }

        await calls.FindAsync("DeleteBlob", async container =>
        {
            try
            {
                return (object)await container.GetBlobClient(blob).DeleteAsync(DeleteSnapshotsOption.None, found.Unchanged, cancellationToken).ConfigureAwait(false);
            }
            catch (global::Azure.RequestFailedException e) when (e.Status == 412)
            {
                return e;
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Blocks that were never committed are dropped with the blob that is made of none of them. Where others' blocks wait, too, Azure drops ours after a week.</summary>
    private async Task DropBlocksAsync(CancellationToken cancellationToken)
    {
        var waiting = await calls.FindAsync("GetBlockList", async container =>
            (await container.GetBlockBlobClient(blob).GetBlockListAsync(BlockListTypes.Uncommitted, cancellationToken: cancellationToken).ConfigureAwait(false)).Value.UncommittedBlocks.ToList(),
            cancellationToken).ConfigureAwait(false);
        if (waiting is not { Count: > 0 } || !waiting.TrueForAll(b => AzureBlocks.IsOf(place, b.Name))) return;
        var dropped = await calls.TryAsync("PutBlockList", container => container.GetBlockBlobClient(blob).CommitBlockListAsync(
            [], new CommitBlockListOptions { Metadata = AzureNotes.Of(place, "none"), Conditions = AzureObject.Still(null) }, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (dropped && await AzureObject.FindAsync(calls, blob, cancellationToken).ConfigureAwait(false) is { } empty && empty.Mark == place.Mark) await UndoAsync(empty, cancellationToken).ConfigureAwait(false);
    }
}
