using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Calls;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Waiting;

namespace ImageOperator.Platforms.Azure.Capture;

/// <summary>
/// Has the storage copy the snapshot's disk to a page blob. The storage does it by itself: a copy that an earlier attempt began is waited for, however long
/// it takes.
/// </summary>
internal sealed class VhdBlobs(PlatformContext context, BlobStore blobs, SnapshotAccess access, Maker maker, Outputs outputs)
{
    public const string ArtifactType = "azure-vhd";

    private const string Reason = Reasons.DistributionFailed;

    /// <summary>Copies fail at times: of an older attempt that ended the access to the snapshot, or of the storage itself.</summary>
    private const int Tries = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <returns>The blob, whole.</returns>
    public async Task<BlobState> EnsureAsync(ArmResource snapshot, CancellationToken cancellationToken)
    {
        var blob = outputs.Vhd!;
        for (var tried = 0; ; tried++)
        {
            var found = await SettledAsync(blob, cancellationToken).ConfigureAwait(false);
            if (found is not null && !found.IsOf(context.Identity)) throw Outputs.Taken(blob, "azure.image.vhd.name");
            if (found is { IsWhole: true } && found.CopyOf == MarkOf(snapshot))
            {
                await KeepAsync(blob, snapshot, cancellationToken).ConfigureAwait(false);
                return found;
            }

            if (tried == Tries) throw Failed(blob, found);
            if (tried > 0) await Task.Delay(Pause, context.Time, cancellationToken).ConfigureAwait(false);
            // Of a snapshot that was given up, or a copy that came to nothing.
            if (found is not null) await blobs.RemoveAsync(blob, found, Reason, cancellationToken).ConfigureAwait(false);
            await CopyAsync(blob, snapshot, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Marks it as a result: the reaper knows it by that.</summary>
    public async Task<Artifact> MarkAsync(BlobState made, CancellationToken cancellationToken)
    {
        var blob = outputs.Vhd!;
        BlobState? found = made;
        for (var tried = 0; tried < Tries && found is { IsKept: false }; tried++)
        {
            await blobs.KeepAsync(blob, found, Reason, cancellationToken).ConfigureAwait(false);
            found = await blobs.ReadAsync(blob, Reason, cancellationToken).ConfigureAwait(false);
            if (found is not null && !found.IsOf(context.Identity)) throw Outputs.Taken(blob, "azure.image.vhd.name");
        }

        if (found is not { IsKept: true }) throw Failed(blob, found);
        return new() { Target = context.Identity.Target, Type = ArtifactType, Id = blob.AbsoluteUri, SizeBytes = found.Length, Checksum = ChecksumOf(found) };
    }

    /// <summary>Whether a blob that an earlier build made is there still, and nobody has written to it.</summary>
    public async Task<bool> ExistsAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(artifact.Id, UriKind.Absolute, out var blob) || !blobs.IsBlob(blob)) return false;
        try
        {
            return await blobs.ReadAsync(blob, Reasons.SourceUnavailable, cancellationToken).ConfigureAwait(false) is { IsWhole: true } found && ChecksumOf(found) == artifact.Checksum;
        }
        catch (PlatformException e) when (AzureErrors.CodeOf(e) == "ContainerNotFound")
        {
            return false;
        }
    }

    /// <summary>Removes the blob, if it is this build's, with a copy to it that is under way.</summary>
    /// <param name="blob">Its address.</param>
    /// <param name="results">A result, too: its build did not succeed.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task RemoveAsync(Uri blob, bool results, CancellationToken cancellationToken)
    {
        try
        {
            for (var tried = 1; await blobs.ReadAsync(blob, Reason, cancellationToken).ConfigureAwait(false) is { } found; tried++)
            {
                if (!found.IsOf(context.Identity))
                {
                    context.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"{blob} stays: it bears no marks of this build"));
                    return;
                }

                if (found.IsKept && !results) return;
                if (await blobs.RemoveAsync(blob, found, Reason, cancellationToken).ConfigureAwait(false)) return;
                if (tried == Tries) throw new PlatformException(FailureKind.Terminal, Reason, $"{blob} is written to time and again, and could not be removed", "find out by whom, and remove it");
            }
        }
        catch (PlatformException e) when (AzureErrors.CodeOf(e) == "ContainerNotFound")
        {
            // It is gone.
        }
    }

    private static string ChecksumOf(BlobState blob) => $"etag:{blob.Tag.Trim('"')}";

    /// <summary>What tells a snapshot from another one of its name.</summary>
    private static string MarkOf(ArmResource snapshot) => snapshot.Text("uniqueId") ?? snapshot.Id.ToString();

    private async Task CopyAsync(Uri blob, ArmResource snapshot, CancellationToken cancellationToken)
    {
        context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"copying the disk of {snapshot.Id.Name} to {blob}"));
        var source = await access.BeginAsync(snapshot.Id, cancellationToken).ConfigureAwait(false);
        var intent = new ResourceIntent(Keys.Vhd, ResourceKind.Vhd.LedgerType, blob.AbsoluteUri);
        await maker.MakeAsync(
            intent, ResourceKind.Vhd.Write(Reason), call => blobs.CopyAsync(call, blob, source, BlobState.NotesOf(context.Identity, MarkOf(snapshot)), cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until nothing is copied to it any more. What others copy there is not waited for.</summary>
    /// <returns>Null if there is none.</returns>
    private async Task<BlobState?> SettledAsync(Uri blob, CancellationToken cancellationToken)
    {
        var lookout = new Lookout(context.Time);
        var looked = await Waits.Copy.PollAsync<Box>(context.Time, async () =>
        {
            var look = await lookout.LookAsync(async () => new Box(await blobs.ReadAsync(blob, Reason, cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
            if (look?.Found is not { IsPending: true } found || !found.IsOf(context.Identity)) return look;
            context.Observer.Observe(new BuildEvent.Progress($"copying the disk to {blob.Segments[^1]}", found.Copy!.Fraction));
            return null;
        }, cancellationToken).ConfigureAwait(false);
        return looked.Found;
    }

    private async Task KeepAsync(Uri blob, ArmResource snapshot, CancellationToken cancellationToken)
    {
        await context.Ledger.KeepAsync(Keys.Vhd, blob.AbsoluteUri, cancellationToken).ConfigureAwait(false);
        if (context.Ledger.Find(Keys.Access) is null) return;
        try
        {
            await access.EndAsync(snapshot.Id, cancellationToken).ConfigureAwait(false);
            await context.Ledger.ForgetAsync(Keys.Access, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e)
        {
            // Clean-up tries again.
            context.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"access to {snapshot.Id.Name} has not ended yet: {e.Message}"));
        }
    }

    private static PlatformException Failed(Uri blob, BlobState? found) => new(
        FailureKind.Terminal, Reason, $"azure.image.vhd: the storage could not copy to {blob}: {(found?.Copy is { } copy ? $"{copy.Status} {copy.Description}" : "there is no blob")}",
        "does the account take page blobs (no premium block blobs, no hierarchical namespace)? Else look at the storage's health, and build again");

    private sealed record Box(BlobState? Found);
}
