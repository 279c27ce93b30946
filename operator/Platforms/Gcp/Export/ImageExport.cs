using System.Globalization;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Machines;

namespace ImageOperator.Platforms.Gcp.Export;

/// <summary>Has the image written to Cloud Storage. What an earlier attempt has begun is gone on with; an object is there whole or not at all.</summary>
internal sealed class ImageExport(PlatformContext context, GcpExport export, Maker maker, ExportedObjects objects, ExportWorker worker)
{
    private const string Reason = Reasons.DistributionFailed;

    /// <summary>What the artifact is.</summary>
    public const string ArtifactType = "raw.tar.gz";

    private readonly StorageLink _link = StorageLink.Parse(export.Storage);

    /// <summary>Before anything is made: whether the object's name is free.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (await objects.ReadAsync(_link, Reason, cancellationToken).ConfigureAwait(false) is { } found && !ExportedObjects.AreOurs(found, context.Identity)) throw ExportedObjects.Taken(_link);
    }

    /// <returns>The object, with its ledger entry still temporary.</returns>
    public async Task<Artifact> RunAsync(GcpLink link, GceImage image, CancellationToken cancellationToken)
    {
        var found = await FindAsync(image, cancellationToken).ConfigureAwait(false);
        if (context.Ledger.Find(ResourceTypes.ExportObjectKey) is null or { State: LedgerState.Removing })
        {
            await maker.IntendAsync(new(ResourceTypes.ExportObjectKey, ResourceTypes.ExportObject, _link.ToString(), Location: _link.Bucket), cancellationToken).ConfigureAwait(false);
        }

        ExportState? told;
        if (found is null)
        {
            context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"exporting {link.Name} to {_link}"));
            told = await worker.RunAsync(link, ExportedObjects.Marks(context.Identity, image), cancellationToken).ConfigureAwait(false);
            found = await FindAsync(image, cancellationToken).ConfigureAwait(false);
        }
        else told = await worker.ReadStateAsync(cancellationToken).ConfigureAwait(false);

        if (told is { State: "failed" } && found is null) throw Failed($"the export of {link.Name} failed: {told.Message}", HintOf(told.Message ?? ""));
        if (found is null) throw Failed($"{_link} is not there, although the worker says that it has written it", "was it removed by someone else, or by a lifecycle rule of the bucket?");
        if (told?.Md5 is { } md5 && md5 != found.Md5Hash) throw Failed($"{_link} has the MD5 {found.Md5Hash}, and {md5} was sent", "build again");
        await worker.RemoveAsync(cancellationToken).ConfigureAwait(false);
        return new Artifact
        {
            Target = context.Identity.Target,
            Type = ArtifactType,
            Id = _link.ToString(),
            Location = _link.Bucket,
            SizeBytes = long.Parse(found.Size!, CultureInfo.InvariantCulture),
            VirtualSizeBytes = image.DiskSizeGb is { } size ? long.Parse(size, CultureInfo.InvariantCulture) << 30 : null,
            Checksum = ExportedObjects.DigestOf(found),
        };
    }

    /// <summary>It is a result from now on.</summary>
    public Task KeepAsync(CancellationToken cancellationToken) => context.Ledger.KeepAsync(ResourceTypes.ExportObjectKey, _link.ToString(), cancellationToken);

    /// <returns>The object that is of this image; null: there is none.</returns>
    private async Task<StorageObject?> FindAsync(GceImage image, CancellationToken cancellationToken)
    {
        if (await objects.ReadAsync(_link, Reason, cancellationToken).ConfigureAwait(false) is not { } found) return null;
        if (!ExportedObjects.AreOurs(found, context.Identity)) throw ExportedObjects.Taken(_link);
        if (ExportedObjects.IsOf(found, image)) return found;
        // Of an earlier attempt's image, which is gone.
        await objects.RemoveAsync(_link, found, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private static PlatformException Failed(string message, string? hint) => new(FailureKind.Terminal, Reason, message, hint);

    private string HintOf(string message) => message switch
    {
        _ when message.StartsWith("401", StringComparison.Ordinal) || message.StartsWith("403", StringComparison.Ordinal) =>
            $"let the worker's service account create objects in {_link.Bucket} (roles/storage.objectCreator); see gcp.export.serviceAccount",
        _ when message.StartsWith("404", StringComparison.Ordinal) => $"make the bucket {_link.Bucket}, or name another in gcp.export.storage",
        _ when message.StartsWith("the metadata server", StringComparison.Ordinal) => "does the service account of gcp.export.serviceAccount still exist?",
        _ when message.StartsWith("no answer", StringComparison.Ordinal) =>
            "the worker does not reach Cloud Storage: its subnetwork needs Private Google Access or Cloud NAT where machines have no external address",
        _ => "see gcp.export in docs/platforms/google-cloud.md",
    };
}
