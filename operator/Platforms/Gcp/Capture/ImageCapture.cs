using System.Text.Json;
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
using ImageOperator.Platforms.Gcp.Sources;
using ImageOperator.Platforms.Gcp.Sweep;
using ImageOperator.Platforms.Gcp.Waiting;

namespace ImageOperator.Platforms.Gcp.Capture;

/// <summary>Makes the image of a stopped machine's disk, and finds it again after a crash.</summary>
internal sealed class ImageCapture(
    PlatformContext context, GcpTarget target, GcpAccess access, ICompute compute, GcpCalls calls, Maker maker, GcpImages images, BuildLabels labels, ResourceRemover remover)
{
    private const string Key = ResourceTypes.ImageKey;
    private const string Reason = Reasons.CaptureFailed;
    private const int Tries = 3;

    /// <summary>How long the cloud's own stop may take.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(10);

    private readonly InstanceReader _instances = new(compute, calls);
    private readonly Settling _settling = new(context.Time);

    private GcpLink Image => GcpLink.Image(access.Project, ImageName.Of(target.Image, context.Identity));

    public async Task<CapturedImage> CaptureAsync(GceMachine machine, CancellationToken cancellationToken)
    {
        await machine.StopWatchingAsync().ConfigureAwait(false);
        await StopAsync(machine.Link, cancellationToken).ConfigureAwait(false);
        await CreateAsync(machine.Link, cancellationToken).ConfigureAwait(false);
        return await WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<CapturedImage?> ResumeAsync(CancellationToken cancellationToken)
    {
        if (context.Ledger.Find(Key) is not { State: not LedgerState.Removing } entry) return null;
        var image = await FindAsync(entry, cancellationToken).ConfigureAwait(false);
        if (image?.Status is not ("READY" or "PENDING")) return null;
        if (context.Ledger.Find(Key)?.State == LedgerState.Intended) await context.Ledger.ConfirmAsync(Key, entry.Id!, null, cancellationToken).ConfigureAwait(false);
        return await WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks for an image whose making was intended. The machine was provisioned and stopped before: while it is, the image can still be made.</summary>
    private async Task<GceImage?> FindAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var link = GcpLink.Parse(entry.Id!);
        if (await LookAsync().ConfigureAwait(false) is { } there) return there;
        if (entry.State == LedgerState.Intended
            && GcpLink.Find(entry.Properties?.GetValueOrDefault(Properties.Instance)) is { } instance
            && context.Ledger.Entries.Any(e => e.Id == instance.ToString() && e.State != LedgerState.Removing)
            && (await _instances.ReadAsync(instance, justMade: false, cancellationToken).ConfigureAwait(false))?.Status == "TERMINATED")
        {
            await CreateAsync(instance, cancellationToken).ConfigureAwait(false);
            return await images.ReadAsync(link, justMade: true, Reason, cancellationToken).ConfigureAwait(false);
        }

        return await _settling.FindAsync(entry, LookAsync, cancellationToken).ConfigureAwait(false);

        async Task<GceImage?> LookAsync() =>
            await images.ReadAsync(link, justMade: false, Reason, cancellationToken).ConfigureAwait(false) is { } found && GcpImages.AreOurs(found, context.Identity) ? found : null;
    }

    /// <summary>Waits for the guest, which was asked to power off over its session; the cloud's own way is for those that do not.</summary>
    private async Task StopAsync(GcpLink machine, CancellationToken cancellationToken)
    {
        if (await HasStoppedAsync(machine, target.ShutdownTimeout.Value, cancellationToken).ConfigureAwait(false)) return;
        context.Observer.Observe(new BuildEvent.Message(
            MessageLevel.Warning,
            $"the guest of {machine.Name} has not powered itself off within {target.ShutdownTimeout}: Compute Engine stops it now, and cuts it short after about 90 s (spot: 30 s), whatever it is writing then; "
            + "let the communicator's user run \"sudo -n poweroff\", or raise gcp.shutdownTimeout"));
        var id = Guid.NewGuid().ToString();
        try
        {
            await calls.RunAsync("compute.instances.stop", Reason, t => compute.StopInstanceAsync(machine, id, t), cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            throw Gone(machine, null);
        }

        if (await HasStoppedAsync(machine, StopLimit, cancellationToken).ConfigureAwait(false)) return;
        throw new PlatformException(FailureKind.Terminal, Reason, $"Compute Engine did not stop the machine {machine.Name} within {StopLimit.TotalMinutes:0} minutes", "see the operations of the instance in the console");
    }

    private async Task<bool> HasStoppedAsync(GcpLink machine, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = context.Time.GetTimestamp();
        var found = await Waits.InstanceStop.PollAsync(context.Time, async () =>
        {
            var instance = await _instances.ReadAsync(machine, justMade: false, cancellationToken).ConfigureAwait(false);
            if (instance?.Status is not ("RUNNING" or "STOPPING" or "PENDING_STOP" or "TERMINATED" or "STOPPED")) throw Gone(machine, instance);
            return instance.Status is "TERMINATED" or "STOPPED" || context.Time.GetElapsedTime(start) > limit ? instance : null;
        }, cancellationToken).ConfigureAwait(false);
        return found.Status is "TERMINATED" or "STOPPED";
    }

    private static PlatformException Gone(GcpLink machine, GceInstance? instance) => new(
        FailureKind.Terminal, Reason, $"the machine {machine.Name} is {instance?.Status ?? "gone"} instead of stopped", "was it taken away (spot), has it reached gcp.machineLifetime, or was it deleted by someone else?");

    private async Task CreateAsync(GcpLink machine, CancellationToken cancellationToken)
    {
        var instance = await _instances.ReadAsync(machine, justMade: false, cancellationToken).ConfigureAwait(false);
        var disk = instance?.Disks?.FirstOrDefault(d => d.Boot == true)?.Source
            ?? throw new PlatformException(FailureKind.Terminal, Reason, $"the machine {machine.Name} has no boot disk", "was it detached by someone else?");
        var source = GcpLink.Parse(disk);
        var known = context.Ledger.Find(Key);
        var properties = new Dictionary<string, string> { [Properties.Instance] = machine.ToString() };
        var marks = labels.With(target.Image.Labels).Of(Key);
        // A request that is repeated with its ID is the earlier one: only for the same machine, and with the same words.
        if (known?.Properties is { } p && p.GetValueOrDefault(Properties.Instance) == machine.ToString() && p.GetValueOrDefault(Properties.RequestId) is { } id)
        {
            properties[Properties.RequestId] = id;
            if (p.GetValueOrDefault(Properties.Labels) is { } said) marks = JsonSerializer.Deserialize<Dictionary<string, string>>(said)!;
        }

        properties[Properties.Labels] = JsonSerializer.Serialize(marks);
        var request = ImageRequest.Of(target.Image, Image.Name, source.ToString(), marks);
        await maker.MakeAsync(
            new(Key, ResourceTypes.Image, Image.ToString(), properties, "global"), new("compute.images.insert", Reason),
            (requestId, t) => compute.InsertImageAsync(access.Project, request, requestId, t), taken => AdoptAsync(source, taken, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The name is taken: by a try of ours whose answer was lost, by an attempt that was thought dead, or by someone else's image.</summary>
    private async Task<bool> AdoptAsync(GcpLink source, PlatformException taken, CancellationToken cancellationToken)
    {
        var found = await images.ReadAsync(Image, justMade: true, Reason, cancellationToken).ConfigureAwait(false);
        if (!GcpImages.AreOurs(found, context.Identity)) throw GcpImages.NameTaken(Image, taken);
        if (GcpLink.Find(found!.SourceDisk) == source) return true;
        await remover.RemoveImageAsync(Image, cancellationToken).ConfigureAwait(false);
        return false;
    }

    private async Task<CapturedImage> WaitAsync(CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            var entry = context.Ledger.Find(Key)!;
            var link = GcpLink.Parse(entry.Id!);
            context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"waiting for the image {link.Name}"));
            try
            {
                await images.WaitAsync(link, entry.Properties?.GetValueOrDefault(Properties.Operation), Reason, cancellationToken).ConfigureAwait(false);
                return new CapturedImage(Key, link.ToString(), null) { ChangesTypes = [ResourceTypes.Deprecation, .. ResourceTypes.OfExport] };
            }
            catch (PlatformException e) when (tried < Tries && GcpErrors.IsWorthAnotherRequest(e) && GcpLink.Find(entry.Properties?.GetValueOrDefault(Properties.Instance)) is not null)
            {
                context.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"{link.Name}: {e.Message}; once more"));
                await remover.RemoveAsync(Settling.Settled(entry), cancellationToken).ConfigureAwait(false);
                // With its ID the next request would be the one that has failed.
                await context.Ledger.ForgetAsync(Key, cancellationToken).ConfigureAwait(false);
                await CreateAsync(GcpLink.Parse(entry.Properties![Properties.Instance]), cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
