using Azure.Core;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Sources;
using ImageOperator.Platforms.Azure.Tags;

namespace ImageOperator.Platforms.Azure.Capture;

/// <summary>Puts the image where the target wants it. All of it may be done again.</summary>
internal sealed class ImageDistribution(PlatformContext context, AzureTarget target, IArmResources resources, ManagedImages managed, GalleryVersions versions, VhdBlobs blobs, DataDisks dataDisks)
{
    private const string Reason = Reasons.DistributionFailed;

    private static readonly Dictionary<string, string> Kept = new() { [BuildTags.Kept] = BuildTags.IsKept };

    public async Task<IReadOnlyList<Artifact>> DistributeAsync(CapturedImage image, CancellationToken cancellationToken)
    {
        var id = new ResourceIdentifier(context.Ledger.Find(image.LedgerKey)!.Id!);
        var snapshot = await resources.ReadAsync(ResourceKind.Snapshot.Read(Reason), id, cancellationToken).ConfigureAwait(false)
            ?? throw new PlatformException(FailureKind.Terminal, Reason, $"the captured snapshot {id} is gone", "was it removed by someone else?");
        var artifacts = new List<Artifact>();
        if (target.Image.ManagedImage is not null)
        {
            var made = await managed.EnsureAsync(snapshot, cancellationToken).ConfigureAwait(false);
            artifacts.Add(Of("azure-image", made, snapshot.Location!));
        }

        if (target.Image.Gallery is { } gallery)
        {
            var plan = ImagePlan.Of(context.Ledger.Find(image.LedgerKey));
            var made = await versions.EnsureAsync(snapshot, announced: true, plan, cancellationToken).ConfigureAwait(false);
            artifacts.AddRange(gallery.Regions.Select(r => r.Name).Prepend(snapshot.Location!).Select(r => Of("azure-gallery-image-version", made, r)));
        }

        if (target.Image.Snapshot is not null) artifacts.AddRange(dataDisks.Luns.Select(l => DataDisks.SnapshotOf(id, l)).Prepend(snapshot.Id).Select(s => Of("azure-snapshot", s, snapshot.Location!)));
        var blob = target.Image.Vhd is null ? null : await blobs.EnsureAsync(snapshot, cancellationToken).ConfigureAwait(false);
        await MarkAsync(image, artifacts, cancellationToken).ConfigureAwait(false);
        if (blob is not null) artifacts.Add(await blobs.MarkAsync(blob, cancellationToken).ConfigureAwait(false));
        return artifacts;
    }

    /// <summary>The reaper knows results by it: their build may be gone.</summary>
    private async Task MarkAsync(CapturedImage image, List<Artifact> artifacts, CancellationToken cancellationToken)
    {
        var results = artifacts.Select(a => a.Id).ToList();
        // A definition that was made holds the version: first, so that no version that is kept stands in one that is not.
        if (context.Ledger.Find(Keys.Definition)?.Id is { } definition) results.Insert(0, definition);
        foreach (var id in results.Distinct()) await resources.TagAsync(new("Microsoft.Resources/tags/write", Reason), new(id), Kept, cancellationToken).ConfigureAwait(false);
        if (target.Image.Snapshot is null) return;
        foreach (var key in dataDisks.Luns.Select(DataDisks.KeyOf).Append(image.LedgerKey)) await context.Ledger.KeepAsync(key, context.Ledger.Find(key)!.Id!, cancellationToken).ConfigureAwait(false);
    }

    private Artifact Of(string type, ResourceIdentifier id, string location) => new() { Target = context.Identity.Target, Type = type, Id = id.ToString(), Location = location };
}
