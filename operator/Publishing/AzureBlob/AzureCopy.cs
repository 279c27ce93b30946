using Azure.Storage.Blobs.Models;

namespace ImageOperator.Publishing.AzureBlob;

/// <summary>Copies within the account, as the storage does it itself.</summary>
internal static class AzureCopy
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <param name="place">The entry.</param>
    /// <param name="calls">The storage.</param>
    /// <param name="source">The blob or snapshot.</param>
    /// <param name="blob">Where to.</param>
    /// <param name="metadata">The notes of the copy.</param>
    /// <param name="still">What must stand there.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>False if something else stands there by now.</returns>
    public static async Task<bool> RunAsync(
        Place place, AzureCalls calls, Uri source, string blob, IDictionary<string, string> metadata, BlobRequestConditions still, CancellationToken cancellationToken)
    {
        var begun = await calls.TryAsync("CopyBlob", container => container.GetBlobClient(blob).StartCopyFromUriAsync(
            calls.Access.SourceOf(source), new BlobCopyFromUriOptions { Metadata = metadata, DestinationConditions = still }, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (!begun) return false;
        while (true)
        {
            var found = await AzureObject.FindAsync(calls, blob, cancellationToken).ConfigureAwait(false);
            if (found is not { Copy: CopyStatus.Pending })
            {
                return found is { Copy: not (CopyStatus.Failed or CopyStatus.Aborted) } ? true
                    : throw PublishFailure.Unreachable($"{place.Field}.azureBlob", $"the storage could not copy to {blob}", "look at the storage's health, then run the build again");
            }

            await Task.Delay(Interval, place.Context.Time, cancellationToken).ConfigureAwait(false);
        }
    }
}
