using Azure.Core;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Azure.Calls;

namespace ImageOperator.Platforms.Azure.Clients;

/// <summary>Blobs of storage accounts: looked at, copied to by the storage itself, and deleted.</summary>
internal sealed class BlobStore(AzureClients clients, AzureCalls calls)
{
    private static readonly Dictionary<string, string> Nothing = [];

    public bool IsBlob(Uri url) => clients.Access.IsBlob(url);

    /// <returns>Null if there is no such blob.</returns>
    /// <exception cref="PlatformException">With the code ContainerNotFound if there is no such container.</exception>
    public async Task<BlobState?> ReadAsync(Uri blob, string reason, CancellationToken cancellationToken)
    {
        try
        {
            return await calls.RunAsync(ResourceKind.Vhd.Read(reason), async t => BlobState.Read(await clients.SendToStorageAsync(RequestMethod.Head, blob, Nothing, t).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (AzureErrors.CodeOf(e) == "BlobNotFound")
        {
            return null;
        }
    }

    /// <summary>Has the storage begin to copy to a blob that there must not be.</summary>
    /// <param name="call">The call; that its try may have begun the copy is written to it.</param>
    /// <param name="blob">Where to.</param>
    /// <param name="source">What, with the signature that lets it be read: a secret.</param>
    /// <param name="notes">The metadata, as headers.</param>
    /// <param name="cancellationToken">Ends the tries; a copy that has begun goes on.</param>
    /// <returns>False if there is such a blob by now.</returns>
    public async Task<bool> CopyAsync(AzureCall call, Uri blob, Uri source, IReadOnlyDictionary<string, string> notes, CancellationToken cancellationToken)
    {
        var headers = new Dictionary<string, string>(notes) { ["x-ms-copy-source"] = source.AbsoluteUri, ["If-None-Match"] = "*" };
        try
        {
            await calls.RunAsync(call, t => clients.SendToStorageAsync(RequestMethod.Put, blob, headers, t), cancellationToken).ConfigureAwait(false);
            call.Unclear = true;
            return true;
        }
        catch (PlatformException e) when (AzureErrors.CodeOf(e) is "BlobAlreadyExists" or "ConditionNotMet" or "TargetConditionNotMet" or "PendingCopyOperation")
        {
            return false;
        }
    }

    /// <summary>Marks a blob as a result, as it was seen.</summary>
    /// <returns>False if it is another one by now.</returns>
    public Task<bool> KeepAsync(Uri blob, BlobState seen, string reason, CancellationToken cancellationToken) =>
        TryAsync(ResourceKind.Vhd.Write(reason), RequestMethod.Put, new($"{blob.AbsoluteUri}?comp=metadata"), new(seen.KeptNotes) { ["If-Match"] = seen.Tag }, cancellationToken);

    /// <summary>Deletes a blob as it was seen, and ends the copy to it first. Whoever wrote to it since keeps it.</summary>
    /// <returns>False if it is another one by now.</returns>
    public async Task<bool> RemoveAsync(Uri blob, BlobState seen, string reason, CancellationToken cancellationToken)
    {
        if (seen is { IsPending: true, Copy: { } copy })
        {
            // It leaves an empty blob, with another entity tag.
            await TryAsync(ResourceKind.Vhd.Write(reason), RequestMethod.Put, new($"{blob.AbsoluteUri}?comp=copy&copyid={copy.Id}"), new() { ["x-ms-copy-action"] = "abort" }, cancellationToken).ConfigureAwait(false);
            if (await ReadAsync(blob, reason, cancellationToken).ConfigureAwait(false) is not { } left) return true;
            if (left.Copy?.Id != copy.Id) return false;
            seen = left;
        }

        return await TryAsync(ResourceKind.Vhd.Delete(reason), RequestMethod.Delete, blob, new() { ["If-Match"] = seen.Tag }, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>False if the blob is not as it was seen.</returns>
    private async Task<bool> TryAsync(AzureCall call, RequestMethod method, Uri url, Dictionary<string, string> headers, CancellationToken cancellationToken)
    {
        try
        {
            await calls.RunAsync(call, t => clients.SendToStorageAsync(method, url, headers, t), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PlatformException e) when (AzureErrors.CodeOf(e) is "BlobNotFound" or "ContainerNotFound")
        {
            return true;
        }
        catch (PlatformException e) when (AzureErrors.CodeOf(e) is "ConditionNotMet" or "NoPendingCopyOperation" or "PendingCopyOperation")
        {
            return false;
        }
    }
}
