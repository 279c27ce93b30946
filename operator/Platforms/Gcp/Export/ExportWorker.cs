using System.Globalization;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Access;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Labels;
using ImageOperator.Platforms.Gcp.Machines;
using ImageOperator.Platforms.Gcp.Sweep;
using ImageOperator.Platforms.Gcp.Waiting;

namespace ImageOperator.Platforms.Gcp.Export;

/// <summary>
/// The instance that reads a disk made of the image and uploads it. The disk is attached when the worker runs: at boot a guest may take the one for the other, where both are
/// of the same image.
/// </summary>
internal sealed class ExportWorker(
    PlatformContext context, GcpTarget target, GcpAccess access, ICompute compute, GcpCalls calls, Maker maker, ResourceRemover remover, ExportRequest request)
{
    private const string Reason = Reasons.DistributionFailed;

    private readonly InstancePlacer _placer = new(context, access, compute, calls, maker, remover);
    private readonly InstanceReader _reader = new(compute, calls);
    private readonly Operations _operations = new(compute, calls);
    private readonly Settling _settling = new(context.Time);

    /// <summary>Lets a worker do it; one of an earlier attempt goes on.</summary>
    /// <param name="image">The image.</param>
    /// <param name="marks">What the object bears.</param>
    /// <param name="cancellationToken">Ends the wait; the worker goes on.</param>
    /// <returns>What the worker said last: done or failed.</returns>
    public async Task<ExportState> RunAsync(GcpLink image, IReadOnlyDictionary<string, string> marks, CancellationToken cancellationToken)
    {
        var link = await FindAsync(cancellationToken).ConfigureAwait(false) ?? await StartAsync(marks, cancellationToken).ConfigureAwait(false);
        if (await WaitAsync(link, target.StartupTimeout.Value, s => s is not null, cancellationToken).ConfigureAwait(false) is not { } first)
        {
            throw Failed(
                $"the worker {link.Name} has said nothing within gcp.startupTimeout, {target.StartupTimeout}",
                "gcp.export.workerImage needs Google's guest environment, and the project must allow guest attributes (constraints/compute.disableGuestAttributesAccess)");
        }

        if (first.State is "ready") await AttachAsync(link, image, cancellationToken).ConfigureAwait(false);
        return await WaitAsync(link, target.Export!.Timeout.Value, s => s?.State is "done" or "failed", cancellationToken).ConfigureAwait(false)
            ?? throw Failed($"the worker {link.Name} has not come to an end within gcp.export.timeout, {target.Export!.Timeout}", "raise it, or give gcp.export.machineType more processors");
    }

    /// <returns>What the worker of an earlier attempt says; null: there is none any more.</returns>
    public async Task<ExportState?> ReadStateAsync(CancellationToken cancellationToken) =>
        context.Ledger.Find(ResourceTypes.ExportWorkerKey) is { Id: { } id } ? await ReadStateAsync(GcpLink.Parse(id), cancellationToken).ConfigureAwait(false) : null;

    /// <summary>Removes it and its disk.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        // The worker first: a disk that is attached cannot be removed.
        foreach (var key in new[] { ResourceTypes.ExportWorkerKey, ResourceTypes.ExportDiskKey })
        {
            if (context.Ledger.Find(key) is not { } entry) continue;
            await remover.RemoveAsync(entry.State == LedgerState.Created ? Settling.Settled(entry) : entry, cancellationToken).ConfigureAwait(false);
            await context.Ledger.ForgetAsync(key, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<GcpLink?> FindAsync(CancellationToken cancellationToken)
    {
        if (context.Ledger.Find(ResourceTypes.ExportWorkerKey) is not { } entry) return null;
        var link = GcpLink.Parse(entry.Id!);
        var found = await _settling.FindAsync(entry, () => _reader.ReadAsync(link, justMade: false, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (entry.State != LedgerState.Removing && BuildLabels.AreOurs(found?.Labels, context.Identity) && found!.Status is "PROVISIONING" or "STAGING" or "RUNNING")
        {
            if (entry.State == LedgerState.Intended) await context.Ledger.ConfirmAsync(entry.Key, entry.Id!, null, cancellationToken).ConfigureAwait(false);
            context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"going on with the export worker {link.Name}"));
            return link;
        }

        await RemoveAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    private Task<GcpLink> StartAsync(IReadOnlyDictionary<string, string> marks, CancellationToken cancellationToken)
    {
        var name = BuildLabels.NameOf(context.Identity, "export");
        var types = target.Export!.MachineType is { } given ? [given] : target.MachineTypes;
        return _placer.PlaceAsync(
            new(ResourceTypes.ExportWorkerKey, ResourceTypes.ExportWorker, name), types.SelectMany(t => target.Zones.Select(z => new Place(t, z))), place => request.Worker(place, name, marks),
            (link, _, _) => WaitUntilRunsAsync(link, cancellationToken), cancellationToken);
    }

    private Task<GcpLink> WaitUntilRunsAsync(GcpLink link, CancellationToken cancellationToken) => Waits.InstanceStart.PollAsync(context.Time, async () =>
    {
        var found = await _reader.ReadAsync(link, justMade: true, cancellationToken).ConfigureAwait(false);
        if (found?.Status is "PROVISIONING" or "STAGING") return null;
        return found?.Status == "RUNNING" ? link : throw Gone(link, found, FailureKind.Capacity);
    }, cancellationToken);

    /// <summary>Makes the disk and attaches it: both once, whoever tries again.</summary>
    private async Task AttachAsync(GcpLink worker, GcpLink image, CancellationToken cancellationToken)
    {
        var known = context.Ledger.Find(ResourceTypes.ExportDiskKey);
        var disk = known is { Id: { } id } ? GcpLink.Parse(id) : GcpLink.Disk(worker.Project, worker.Zone!, BuildLabels.NameOf(context.Identity, "export-disk"));
        var attachId = known?.Properties?.GetValueOrDefault(Properties.AttachId) ?? Guid.NewGuid().ToString();
        if (known?.State != LedgerState.Created) await MakeDiskAsync(disk, image, known, attachId, cancellationToken).ConfigureAwait(false);
        if (await IsAttachedAsync(worker, disk, cancellationToken).ConfigureAwait(false)) return;
        await _operations.RunAsync(
            new("compute.instances.attachDisk", Reason), worker.Project, Waits.Change, t => compute.AttachDiskAsync(worker, ExportRequest.Attachment(disk), attachId, t), cancellationToken).ConfigureAwait(false);
    }

    private async Task MakeDiskAsync(GcpLink disk, GcpLink image, LedgerEntry? known, string attachId, CancellationToken cancellationToken)
    {
        var properties = new Dictionary<string, string>(known?.Properties ?? new Dictionary<string, string>()) { [Properties.AttachId] = attachId };
        // A request that is repeated with its ID says the same words.
        var labelsOf = properties.GetValueOrDefault(Properties.Labels);
        var wanted = request.Disk(disk, image.ToString());
        if (labelsOf is null) properties[Properties.Labels] = System.Text.Json.JsonSerializer.Serialize(wanted.Labels);
        else wanted = wanted with { Labels = System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string>>(labelsOf) };
        var call = new GcpCall("compute.disks.insert", Reason);
        var operation = await maker.MakeAsync(
            new(ResourceTypes.ExportDiskKey, ResourceTypes.ExportDisk, disk.ToString(), properties, disk.Zone), call, (id, t) => compute.InsertDiskAsync(disk.Project, disk.Zone!, wanted, id, t),
            async taken =>
            {
                var found = await calls.RunAsync(new GcpCall("compute.disks.get", Reason) { OfWhatWasJustMade = true }, t => compute.GetDiskAsync(disk, t), cancellationToken).ConfigureAwait(false);
                return BuildLabels.AreOurs(found.Labels, context.Identity) ? true : throw new PlatformException(FailureKind.Terminal, Reason, $"another disk has the name {disk}", "delete it", taken);
            },
            cancellationToken).ConfigureAwait(false);
        if (operation is not null) await _operations.WaitAsync(call, disk.Project, operation, Waits.Change, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> IsAttachedAsync(GcpLink worker, GcpLink disk, CancellationToken cancellationToken)
    {
        var found = await _reader.ReadAsync(worker, justMade: false, cancellationToken).ConfigureAwait(false) ?? throw Gone(worker, null, FailureKind.Retryable);
        return found.Disks?.Any(d => GcpLink.Find(d.Source) == disk) == true;
    }

    /// <returns>Null: it took too long.</returns>
    private async Task<ExportState?> WaitAsync(GcpLink link, TimeSpan limit, Func<ExportState?, bool> isAsAwaited, CancellationToken cancellationToken)
    {
        var start = context.Time.GetTimestamp();
        // In an array: to have waited too long is an answer, too.
        var answer = await Waits.Export.PollAsync<ExportState?[]>(context.Time, async () =>
        {
            var state = await ReadStateAsync(link, cancellationToken).ConfigureAwait(false);
            if (state is { State: "running", Read: { } read, Size: { } size and > 0 }) context.Observer.Observe(new BuildEvent.Progress("exporting the image", (double)read / size));
            if (isAsAwaited(state)) return [state];
            // What was taken away tells nothing any more.
            var found = await _reader.ReadAsync(link, justMade: false, cancellationToken).ConfigureAwait(false);
            if (found?.Status != "RUNNING" && found?.Status is not ("PROVISIONING" or "STAGING")) throw Gone(link, found, FailureKind.Retryable);
            return context.Time.GetElapsedTime(start) > limit ? [null] : null;
        }, cancellationToken).ConfigureAwait(false);
        return answer[0];
    }

    private async Task<ExportState?> ReadStateAsync(GcpLink link, CancellationToken cancellationToken) =>
        ExportState.Of((await _reader.ReadGuestAttributesAsync(link, StartupScript.Namespace, cancellationToken).ConfigureAwait(false)).GetValueOrDefault(ExportScript.Attribute));

    private static PlatformException Gone(GcpLink worker, GceInstance? found, FailureKind kind) => new(
        kind, Reason, string.Create(CultureInfo.InvariantCulture, $"the export worker {worker.Name} is {found?.Status ?? "gone"} instead of running"),
        "was it deleted by someone else? See the operations of the instance in the console");

    private static PlatformException Failed(string message, string hint) => new(FailureKind.Terminal, Reason, message, hint);
}
