using Azure.Core;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Machines;
using ImageOperator.Platforms.Azure.Sources;

namespace ImageOperator.Platforms.Azure.Capture;

/// <summary>Makes of a machine what can be tested: the snapshot, and what machines can be made of.</summary>
internal sealed class ImageCapture(PlatformContext context, AzureTarget target, SnapshotCapture snapshots, ManagedImages managed, GalleryVersions versions, SourceResolver source)
{
    public async Task<CapturedImage> CaptureAsync(AzureMachine machine, CancellationToken cancellationToken)
    {
        var plan = (await source.ImageAsync(cancellationToken).ConfigureAwait(false)).Plan;
        return await FinishAsync(await snapshots.TakeAsync(machine, plan, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    public async Task<CapturedImage?> ResumeAsync(CancellationToken cancellationToken)
    {
        if (context.Ledger.Find(Keys.Captured) is not { State: not LedgerState.Removing } entry) return null;
        var snapshot = await snapshots.ResumeAsync(entry, cancellationToken).ConfigureAwait(false);
        return snapshot is null ? null : await FinishAsync(snapshot, cancellationToken).ConfigureAwait(false);
    }

    private async Task<CapturedImage> FinishAsync(ArmResource snapshot, CancellationToken cancellationToken)
    {
        ResourceIdentifier id = snapshot.Id;
        if (target.Image.ManagedImage is not null) id = await managed.EnsureAsync(snapshot, cancellationToken).ConfigureAwait(false);
        else if (target.Image.Gallery is not null)
        {
            var plan = ImagePlan.Of(context.Ledger.Find(Keys.Captured));
            id = await versions.EnsureAsync(snapshot, announced: false, plan, cancellationToken).ConfigureAwait(false);
        }

        // A version or a copy that an attempt has asked for is gone on with, whatever that one came to know of it.
        return new CapturedImage(Keys.Captured, id.ToString(), null) { ChangesTypes = [ResourceKind.Snapshot.LedgerType, ResourceKind.Version.LedgerType, ResourceKind.Vhd.LedgerType, ResourceKind.Access.LedgerType] };
    }
}
