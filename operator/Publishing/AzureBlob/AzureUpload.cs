using ImageOperator.Api.ImageBuilds;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing.AzureBlob;

/// <summary>The way of one file into a container.</summary>
internal sealed class AzureUpload(Place place, AzureCalls calls, PublishFile file, IBlobForm form, string blob, string url)
{
    private const int Rounds = 5;

    private readonly string _ledgerKey = place.Key(file.Role);
    private readonly AzureSnapshots _snapshots = new(place, calls, blob);
    private bool _released;

    public PublishFile File => file;

    public string Url => url;

    public async Task UploadAsync(CancellationToken cancellationToken)
    {
        _released = false;
        var entry = await ResumeAsync(cancellationToken).ConfigureAwait(false);
        if (entry is not null && IsOurs(await AzureObject.FindAsync(calls, blob, cancellationToken).ConfigureAwait(false)))
        {
            _released = true;
            return;
        }

        if (entry is null)
        {
            // The snapshot's first: clean-up goes the other way, and an undo needs the snapshot.
            var properties = new Dictionary<string, string> { [AzureProperties.Blob] = blob };
            await place.Ledger.IntendAsync(new(BeforeKey, AzureProperties.BeforeType, url, properties), cancellationToken).ConfigureAwait(false);
            properties = new(properties) { [AzureProperties.Sha256] = file.Sha256 };
            if (form.Staging is { } staging) properties[AzureProperties.Staging] = staging;
            await place.Ledger.IntendAsync(new(_ledgerKey, AzureProperties.Type, url, properties), cancellationToken).ConfigureAwait(false);
        }

        await form.PutAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the blob of what was sent, and compares it.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        for (var round = 1; !_released; round++)
        {
            if (round > Rounds) throw PublishFailure.Unreachable($"{place.Field}.azureBlob", $"{url} changes all the time", "other builds write to the same name: give them other names");
            var before = await AzureObject.FindAsync(calls, blob, cancellationToken).ConfigureAwait(false);
            // An earlier call may have come through without its answer.
            if (IsOurs(before)) break;
            if (before is not null && !await _snapshots.TakeAsync(before, cancellationToken).ConfigureAwait(false)) continue;
            var result = await form.CommitAsync(before, cancellationToken).ConfigureAwait(false);
            if (result == CommitResult.Done) break;
            if (result == CommitResult.Lost) await form.PutAsync(cancellationToken).ConfigureAwait(false);
        }

        _released = true;
        await VerifyAsync(cancellationToken).ConfigureAwait(false);
        if (form.Staging is { } staging) await DeleteStagingAsync(calls, staging, cancellationToken).ConfigureAwait(false);
        await place.Ledger.KeepAsync(_ledgerKey, url, cancellationToken).ConfigureAwait(false);
    }

    public static Task DeleteStagingAsync(AzureCalls calls, string staging, CancellationToken cancellationToken) => calls.RunAsync(
        "DeleteBlob staging", async container => (await container.GetBlobClient(staging).DeleteIfExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false)).Value, cancellationToken);

    private string BeforeKey => place.Key($"{file.Role}-before");

    /// <summary>The ledger's entry, if it is of just this content; what an earlier attempt sent of other content is removed.</summary>
    private async Task<LedgerEntry?> ResumeAsync(CancellationToken cancellationToken)
    {
        if (place.Ledger.Find(_ledgerKey) is not { } entry) return null;
        var sameForm = entry.Properties?.GetValueOrDefault(AzureProperties.Staging) == form.Staging;
        if (entry.State != LedgerState.Removing && sameForm && entry.Properties?.GetValueOrDefault(AzureProperties.Sha256) == file.Sha256) return entry;
        await new AzureRemoval(place, calls, entry, blob, _snapshots).RunAsync(cancellationToken).ConfigureAwait(false);
        await place.Ledger.ForgetAsync(_ledgerKey, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private bool IsOurs(AzureObject? found) =>
        found is { Copy: null or Azure.Storage.Blobs.Models.CopyStatus.Success } && found.Mark == place.Mark && found.Sha256 == file.Sha256 && found.Length == file.Payload.Length;

    private async Task VerifyAsync(CancellationToken cancellationToken)
    {
        var found = await AzureObject.FindAsync(calls, blob, cancellationToken).ConfigureAwait(false)
            ?? throw PublishFailure.Unreachable($"{place.Field}.azureBlob", $"{url} is not there after its upload", "look whether something else deletes it");
        if (found.Length != file.Payload.Length || found.Sha256 != file.Sha256) throw PublishFailure.Differs($"{place.Field}.azureBlob", url, file.Sha256, found.Sha256 ?? "none");
        await form.VerifyAsync(cancellationToken).ConfigureAwait(false);
    }
}
