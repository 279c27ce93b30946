using Azure;
using Azure.Storage.Blobs.Models;

namespace ImageOperator.Publishing.AzureBlob;

/// <summary>What a container says of a blob.</summary>
/// <param name="Length">Its size.</param>
/// <param name="Sha256">The SHA-256 that was noted when it was made.</param>
/// <param name="Mark">Which build made it.</param>
/// <param name="Tag">Its entity tag.</param>
/// <param name="Metadata">All its notes.</param>
/// <param name="Copy">How the copy stands that made it; null if none did.</param>
internal sealed record AzureObject(long Length, string? Sha256, string? Mark, ETag Tag, IDictionary<string, string> Metadata, CopyStatus? Copy)
{
    public BlobRequestConditions Unchanged => new() { IfMatch = Tag };

    /// <summary>The condition that there is still what was found, or still nothing.</summary>
    public static BlobRequestConditions Still(AzureObject? found) => found?.Unchanged ?? new BlobRequestConditions { IfNoneMatch = ETag.All };

    public static async Task<AzureObject?> FindAsync(AzureCalls calls, string blob, CancellationToken cancellationToken)
    {
        var found = await calls.FindAsync(
            "GetBlobProperties", async container => (await container.GetBlobClient(blob).GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false)).Value, cancellationToken).ConfigureAwait(false);
        if (found is null) return null;
        return new(
            found.ContentLength, Note(found, AzureNotes.Sha256), Note(found, AzureNotes.Build), found.ETag, found.Metadata, found.CopyId is { Length: > 0 } ? found.CopyStatus : null);
    }

    private static string? Note(BlobProperties found, string name) => found.Metadata.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
}
