using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Capture;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Export;
using ImageOperator.Platforms.Gcp.Labels;
using ImageOperator.Platforms.Gcp.Logins;
using ImageOperator.Platforms.Gcp.Machines;
using ImageOperator.Platforms.Gcp.Sources;
using ImageOperator.Platforms.Gcp.Waiting;

namespace ImageOperator.Platforms.Gcp.Sweep;

/// <summary>Removes what a ledger entry speaks of. Anything may be missing already, or not be found yet; and a name may be another one's.</summary>
internal sealed class ResourceRemover(PlatformContext context, ICompute compute, GcpCalls calls, GcpImages images, ExportedObjects objects, LoginKeys logins, OlderImages older)
{
    private const string Reason = Reasons.MachineFailed;

    private readonly Settling _settling = new(context.Time);
    private readonly Operations _operations = new(compute, calls);
    private readonly InstanceReader _instances = new(compute, calls);

    public Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Type == ResourceTypes.LoginKey) return logins.RemoveAsync(entry, cancellationToken);
        if (entry.Type == ResourceTypes.ExportObject) return RemoveObjectAsync(StorageLink.Parse(entry.Id!), cancellationToken);
        var link = GcpLink.Parse(entry.Id!);
        return entry.Type switch
        {
            ResourceTypes.Instance or ResourceTypes.ExportWorker => RemoveInstanceAsync(entry, link, cancellationToken),
            ResourceTypes.Image => RemoveImageAsync(entry, link, cancellationToken),
            ResourceTypes.Disk => RunAsync("compute.disks.delete", link, Waits.Change, (id, t) => compute.DeleteDiskAsync(link, id, t), cancellationToken),
            ResourceTypes.ExportDisk => RemoveExportDiskAsync(entry, link, cancellationToken),
            ResourceTypes.Deprecation => older.RestoreAsync(entry, OurImage(link.Project), cancellationToken),
            _ => throw new PlatformException(FailureKind.Terminal, Reasons.InternalError, $"the ledger's entry {entry.Key} is of the type {entry.Type}, which Google Cloud does not make"),
        };
    }

    public Task RemoveImageAsync(GcpLink link, CancellationToken cancellationToken) =>
        RunAsync("compute.images.delete", link, Waits.Change, (id, t) => compute.DeleteImageAsync(link, id, t), cancellationToken);

    private GcpLink OurImage(string project) => GcpLink.Find(context.Ledger.Find(ResourceTypes.ImageKey)?.Id)
        ?? GcpLink.Image(project, ImageName.Of(context.Target.Gcp!.Image, context.Identity));

    private async Task RemoveInstanceAsync(LedgerEntry entry, GcpLink link, CancellationToken cancellationToken)
    {
        var found = await _settling.FindAsync(entry, () => _instances.ReadAsync(link, justMade: false, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (found is null)
        {
            // A create that ended in its midst leaves its disk.
            await RemoveDiskOfAsync(link, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!BuildLabels.AreOurs(found.Labels, context.Identity)) return;
        await RunAsync("compute.instances.delete", link, Waits.InstanceEnd, (id, t) => compute.DeleteInstanceAsync(link, id, t), cancellationToken).ConfigureAwait(false);
    }

    private async Task RemoveDiskOfAsync(GcpLink instance, CancellationToken cancellationToken)
    {
        var link = GcpLink.Disk(instance.Project, instance.Zone!, instance.Name);
        await RemoveDiskAsync(link, await ReadDiskAsync(link, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The disk's worker goes first: a disk in use cannot be removed, and it is the worker that writes the object.</summary>
    private async Task RemoveExportDiskAsync(LedgerEntry entry, GcpLink link, CancellationToken cancellationToken)
    {
        await RemoveExportWorkerAsync(cancellationToken).ConfigureAwait(false);
        var found = await _settling.FindAsync(entry, () => ReadDiskAsync(link, cancellationToken), cancellationToken).ConfigureAwait(false);
        await RemoveDiskAsync(link, found, cancellationToken).ConfigureAwait(false);
    }

    private async Task RemoveExportWorkerAsync(CancellationToken cancellationToken)
    {
        if (context.Ledger.Find(ResourceTypes.ExportWorkerKey) is { } worker) await RemoveInstanceAsync(worker, GcpLink.Parse(worker.Id!), cancellationToken).ConfigureAwait(false);
    }

    private async Task RemoveDiskAsync(GcpLink link, GceDisk? found, CancellationToken cancellationToken)
    {
        if (!BuildLabels.AreOurs(found?.Labels, context.Identity)) return;
        await RunAsync("compute.disks.delete", link, Waits.Change, (id, t) => compute.DeleteDiskAsync(link, id, t), cancellationToken).ConfigureAwait(false);
    }

    private async Task<GceDisk?> ReadDiskAsync(GcpLink link, CancellationToken cancellationToken)
    {
        try
        {
            return await calls.RunAsync("compute.disks.get", Reason, t => compute.GetDiskAsync(link, t), cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>Its worker goes first: nobody writes it any more then.</summary>
    private async Task RemoveObjectAsync(StorageLink link, CancellationToken cancellationToken)
    {
        await RemoveExportWorkerAsync(cancellationToken).ConfigureAwait(false);
        if (await objects.ReadAsync(link, Reason, cancellationToken).ConfigureAwait(false) is { } found && ExportedObjects.AreOurs(found, context.Identity))
        {
            await objects.RemoveAsync(link, found, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RemoveImageAsync(LedgerEntry entry, GcpLink link, CancellationToken cancellationToken)
    {
        var found = await _settling.FindAsync(entry, () => images.ReadAsync(link, justMade: false, Reason, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (GcpImages.AreOurs(found, context.Identity)) await RemoveImageAsync(link, cancellationToken).ConfigureAwait(false);
    }

    private async Task RunAsync(string method, GcpLink link, AdaptiveWait wait, Func<string, CancellationToken, Task<GceOperation>> run, CancellationToken cancellationToken)
    {
        try
        {
            var id = Guid.NewGuid().ToString();
            await _operations.RunAsync(new(method, Reason), link.Project, wait, t => run(id, t), cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            // It is gone.
        }
    }
}
