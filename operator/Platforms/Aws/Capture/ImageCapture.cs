using Amazon.EC2;
using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Machines;
using ImageOperator.Platforms.Aws.Tags;
using ImageOperator.Platforms.Aws.Waiting;

namespace ImageOperator.Platforms.Aws.Capture;

/// <summary>Makes the AMI of a stopped machine, and finds it again after a crash.</summary>
internal sealed class ImageCapture(
    PlatformContext context, AwsTarget target, AwsClients clients, AwsCalls calls, Maker maker, ImageTags tags, ImageReader images, ImageReplacement replacement)
{
    private const string Key = ResourceTypes.ImageKey;

    private readonly InstanceReader _instances = new(clients, calls);
    private readonly Settling _settling = new(context.Time);
    private readonly NameOwner _owner = new(context, images);
    private readonly NameChoice _names = new(context, target.Image, images);
    private readonly SnapshotCapture _snapshots = new(context, target, clients, calls, maker, tags);
    private Image? _made;

    /// <summary>A captured AMI as AWS describes it.</summary>
    public async Task<Image> DescribeAsync(string id, CancellationToken cancellationToken) => _made?.ImageId == id ? _made
        : await images.ReadAsync(clients.Region, id, justMade: false, cancellationToken).ConfigureAwait(false)
            ?? throw new PlatformException(FailureKind.Terminal, Reasons.MachineFailed, $"the AMI {id} in {clients.Region}, which is to be tested, is gone", "was it deregistered by someone else?");

    public async Task<CapturedImage> CaptureAsync(Ec2Machine machine, CancellationToken cancellationToken)
    {
        await machine.StopWatchingAsync().ConfigureAwait(false);
        await StopAsync(machine.Id, cancellationToken).ConfigureAwait(false);
        return await WaitAsync(await CreateAsync(machine.Id, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    public async Task<CapturedImage?> ResumeAsync(CancellationToken cancellationToken)
    {
        if (context.Ledger.Find(ImageReplacement.KeyOf(clients.Region)) is { } begun)
        {
            await replacement.ResumeAsync(begun, cancellationToken).ConfigureAwait(false);
            await context.Ledger.ForgetAsync(begun.Key, cancellationToken).ConfigureAwait(false);
        }

        if (context.Ledger.Find(Key) is not { State: not LedgerState.Removing } entry) return null;
        var id = entry.Id ?? await FindAsync(entry, cancellationToken).ConfigureAwait(false);
        if (id is null) return null;
        var image = await images.ReadAsync(clients.Region, id, justMade: !_settling.IsSettled(entry), cancellationToken).ConfigureAwait(false);
        if (image is null || (image.State != ImageState.Available && image.State != ImageState.Pending)) return null;
        if (context.Ledger.Find(Key)?.Id is null) await context.Ledger.ConfirmAsync(Key, id, null, cancellationToken).ConfigureAwait(false);
        return await WaitAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks for an AMI whose making was intended. The machine was provisioned and stopped before: while it is, the AMI can still be made.</summary>
    private async Task<string?> FindAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        if (await LookAsync().ConfigureAwait(false) is [var there, ..]) return there;
        if (entry.Properties?.GetValueOrDefault(Properties.Instance) is { } instance
            && context.Ledger.Entries.Any(e => e.Id == instance && e.State != LedgerState.Removing)
            && (await _instances.ReadAsync(instance, justMade: false, cancellationToken).ConfigureAwait(false))?.State?.Name == InstanceStateName.Stopped)
        {
            return await CreateAsync(instance, cancellationToken).ConfigureAwait(false);
        }

        return await _settling.FindAsync(entry, LookAsync, cancellationToken).ConfigureAwait(false) is [var found, ..] ? found : null;

        async Task<IReadOnlyList<string>> LookAsync() =>
            [.. (await images.FindAsync(clients.Region, context.Identity, Key, cancellationToken).ConfigureAwait(false)).Select(i => i.ImageId)];
    }

    private async Task StopAsync(string id, CancellationToken cancellationToken)
    {
        await _instances.StopAsync(id, cancellationToken).ConfigureAwait(false);
        var start = context.Time.GetTimestamp();
        await _instances.WaitAsync(Waits.InstanceStop, context.Time, id, SharedLook<Instance>.Settling, instance =>
        {
            var state = instance?.State?.Name;
            if (state == InstanceStateName.Stopped) return instance;
            if (state == InstanceStateName.Terminated || state == InstanceStateName.ShuttingDown || instance is null)
            {
                throw new PlatformException(
                    FailureKind.Terminal, Reasons.CaptureFailed, $"the machine {id} {(instance is null ? "is gone" : $"is {state}")} instead of stopped: {instance?.StateReason?.Message}".TrimEnd(' ', ':'),
                    "a step that powers the guest off ends the machine: leave that to the build");
            }

            if (context.Time.GetElapsedTime(start) <= target.ShutdownTimeout.Value) return null;
            throw new PlatformException(
                FailureKind.Terminal, Reasons.CaptureFailed, $"the machine {id} did not stop within {target.ShutdownTimeout}", "find out what holds up its shutdown, or raise aws.shutdownTimeout");
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the AMI inherits of its stopped machine. Saying it again changes nothing.</summary>
    private async Task PrepareAsync(string instance, CancellationToken cancellationToken)
    {
        if (target.Image.EnaSupport is { } ena) await ModifyAsync(new() { InstanceId = instance, EnaSupport = ena }).ConfigureAwait(false);
        if (target.Image.SriovNetSupport) await ModifyAsync(new() { InstanceId = instance, SriovNetSupport = "simple" }).ConfigureAwait(false);

        Task ModifyAsync(ModifyInstanceAttributeRequest request) => calls.RunAsync(
            AwsCall.Ec2("ModifyInstanceAttribute", Reasons.CaptureFailed), t => clients.Ec2().ModifyInstanceAttributeAsync(request, t), cancellationToken);
    }

    private async Task<string> CreateAsync(string instance, CancellationToken cancellationToken)
    {
        await PrepareAsync(instance, cancellationToken).ConfigureAwait(false);
        var name = await _names.ChooseAsync(clients.Region, context.Ledger.Find(Key), cancellationToken).ConfigureAwait(false);
        try
        {
            return await CreateAsync(instance, name, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (AwsErrors.IsNameTaken(e) && _names.MayEvade(name))
        {
            // Someone was faster: that AMI is the one to be replaced.
            return await CreateAsync(instance, _names.Temporary, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<string> CreateAsync(string instance, string name, CancellationToken cancellationToken)
    {
        var properties = new Dictionary<string, string> { [Properties.Instance] = instance, [Properties.Name] = name };
        var intent = new ResourceIntent(Key, ResourceTypes.Image, Properties: properties, Location: clients.Region);
        if (SnapshotCapture.IsNeeded(target.Image))
        {
            var found = await _instances.ReadAsync(instance, justMade: false, cancellationToken).ConfigureAwait(false)
                ?? throw new PlatformException(FailureKind.Terminal, Reasons.CaptureFailed, $"the machine {instance} is gone", "was it terminated by someone else?");
            return await _snapshots.CreateAsync(found, intent, name, e => _owner.AdoptAsync(clients.Region, name, e, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        var request = new CreateImageRequest
        {
            InstanceId = instance,
            Name = name,
            Description = target.Image.Description,
            NoReboot = true,
            TagSpecifications = tags.Specifications(Key, name, tags.Birth),
        };
        // Nothing else of a mapping can be changed here; an empty list is none.
        var kept = target.Volumes.Where(v => !v.DeleteOnTermination).Select(v => new BlockDeviceMapping { DeviceName = v.DeviceName, Ebs = new() { DeleteOnTermination = false } }).ToList();
        if (kept.Count > 0) request.BlockDeviceMappings = kept;
        var entry = await maker.MakeAsync(intent, AwsCall.Ec2("CreateImage", Reasons.CaptureFailed), async call =>
        {
            try
            {
                return (await calls.RunAsync(call, t => clients.Ec2().CreateImageAsync(request, t), cancellationToken).ConfigureAwait(false)).ImageId;
            }
            catch (PlatformException e) when (AwsErrors.IsNameTaken(e))
            {
                return await _owner.AdoptAsync(clients.Region, name, e, cancellationToken).ConfigureAwait(false);
            }
        }, cancellationToken).ConfigureAwait(false);
        return entry.Id!;
    }

    private async Task<CapturedImage> WaitAsync(string id, CancellationToken cancellationToken)
    {
        context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"waiting for the AMI {id}"));
        var image = await images.WaitAsync(context.Time, clients.Region, id, Reasons.CaptureFailed, cancellationToken).ConfigureAwait(false);
        _made = image;
        if (SnapshotCapture.IsNeeded(target.Image)) await _snapshots.RemoveUnusedAsync(image, cancellationToken).ConfigureAwait(false);
        return new CapturedImage(Key, id, null);
    }
}
