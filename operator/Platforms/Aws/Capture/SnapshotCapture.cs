using Amazon.EC2;
using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Tags;

namespace ImageOperator.Platforms.Aws.Capture;

/// <summary>
/// Registers the AMI of snapshots of a stopped machine's volumes: for what CreateImage cannot set. One ledger entry stands for both, for the snapshots
/// bear its key: it is written before them, and anew before the AMI.
/// </summary>
internal sealed class SnapshotCapture(PlatformContext context, AwsTarget target, AwsClients clients, AwsCalls calls, Maker maker, ImageTags tags)
{
    private const string Reason = Reasons.CaptureFailed;

    private readonly AwsImage _settings = target.Image;
    private readonly Settling _settling = new(context.Time);
    private readonly SnapshotReader _reader = new(context, clients, calls);

    public static bool IsNeeded(AwsImage image) => image.BootMode is not null || image.TpmSupport || image.UefiData is not null;

    /// <param name="instance">The stopped machine.</param>
    /// <param name="intent">The AMI's entry.</param>
    /// <param name="name">The AMI's name.</param>
    /// <param name="adopt">Tells whose AMI it is that has the name already.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<string> CreateAsync(Instance instance, ResourceIntent intent, string name, Func<PlatformException, Task<string>> adopt, CancellationToken cancellationToken)
    {
        var volumes = (instance.BlockDeviceMappings ?? []).Where(m => m.Ebs?.VolumeId is not null).Select(m => m.Ebs.VolumeId).ToList();
        var snapshots = await FindAsync(intent.Key, volumes, cancellationToken).ConfigureAwait(false);
        await maker.IntendAsync(intent, cancellationToken).ConfigureAwait(false);
        if (snapshots is null)
        {
            var request = new CreateSnapshotsRequest
            {
                InstanceSpecification = new() { InstanceId = instance.InstanceId },
                Description = $"{name}, made by ImageOperator",
                TagSpecifications = tags.Snapshot(intent.Key, name, tags.Birth),
            };
            // One whose answer was lost is made again: those that no AMI uses are removed in the end.
            var made = await calls.RunAsync(maker.Renewing(intent, AwsCall.Ec2("CreateSnapshots", Reason)), t => clients.Ec2().CreateSnapshotsAsync(request, t), cancellationToken).ConfigureAwait(false);
            snapshots = made.Snapshots.ToDictionary(s => s.VolumeId, s => s.SnapshotId);
        }

        context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"waiting for {string.Join(", ", snapshots.Values)}"));
        await _reader.WaitAsync([.. snapshots.Values], cancellationToken).ConfigureAwait(false);
        var registration = await RequestAsync(instance, intent.Key, name, snapshots, volumes, cancellationToken).ConfigureAwait(false);
        // Anew: from now on it is the AMI that may exist without being found.
        await maker.IntendAsync(intent, cancellationToken).ConfigureAwait(false);
        var id = await RegisterAsync(intent, registration, adopt, cancellationToken).ConfigureAwait(false);
        return (await context.Ledger.ConfirmAsync(intent.Key, id, null, cancellationToken).ConfigureAwait(false)).Id!;
    }

    /// <summary>Removes snapshots that were made twice. What AWS did not show then it shows by now.</summary>
    public async Task RemoveUnusedAsync(Image image, CancellationToken cancellationToken)
    {
        var used = ImageReader.SnapshotsOf(image);
        foreach (var unused in (await _reader.FindAsync(clients.Region, Machines.ResourceTypes.ImageKey, cancellationToken).ConfigureAwait(false)).Select(s => s.SnapshotId).Except(used))
        {
            try
            {
                await calls.RunUnlessGoneAsync(AwsCall.Ec2("DeleteSnapshot", Reason), t => clients.Ec2().DeleteSnapshotAsync(new() { SnapshotId = unused }, t), cancellationToken).ConfigureAwait(false);
            }
            catch (PlatformException e)
            {
                // The AMI is good: it is not lost for this.
                context.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"the snapshot {unused}, which no AMI needs, stays: {e.Message}"));
            }
        }
    }

    /// <summary>Those of an earlier attempt, by volume.</summary>
    private async Task<Dictionary<string, string>?> FindAsync(string key, List<string> volumes, CancellationToken cancellationToken)
    {
        if (context.Ledger.Find(key) is not { } known) return null;
        var found = new Dictionary<string, string>();
        var all = await _settling.FindAsync(known, LookAsync, cancellationToken).ConfigureAwait(false);
        return all.Count > 0 ? found : null;

        async Task<IReadOnlyList<string>> LookAsync()
        {
            found = (await _reader.FindAsync(clients.Region, key, cancellationToken).ConfigureAwait(false))
                .Where(s => s.State != SnapshotState.Error).GroupBy(s => s.VolumeId).ToDictionary(g => g.Key, g => g.First().SnapshotId);
            return volumes.TrueForAll(found.ContainsKey) ? volumes : [];
        }
    }

    private async Task<string> RegisterAsync(ResourceIntent intent, RegisterImageRequest request, Func<PlatformException, Task<string>> adopt, CancellationToken cancellationToken)
    {
        try
        {
            return (await calls.RunAsync(maker.Renewing(intent, AwsCall.Ec2("RegisterImage", Reason)), t => clients.Ec2().RegisterImageAsync(request, t), cancellationToken).ConfigureAwait(false)).ImageId;
        }
        catch (PlatformException e) when (AwsErrors.IsNameTaken(e))
        {
            return await adopt(e).ConfigureAwait(false);
        }
    }

    private async Task<RegisterImageRequest> RequestAsync(
        Instance instance, string key, string name, Dictionary<string, string> snapshots, List<string> volumeIds, CancellationToken cancellationToken)
    {
        var answer = await calls.RunAsync(AwsCall.Ec2("DescribeVolumes", Reason), t => clients.Ec2().DescribeVolumesAsync(new() { VolumeIds = volumeIds }, t), cancellationToken).ConfigureAwait(false);
        var volumes = (answer.Volumes ?? []).ToDictionary(v => v.VolumeId);
        return new()
        {
            Name = name,
            Description = _settings.Description,
            Architecture = instance.Architecture is { } architecture ? new ArchitectureValues(architecture.Value) : null,
            VirtualizationType = "hvm",
            RootDeviceName = instance.RootDeviceName,
            EnaSupport = _settings.EnaSupport ?? instance.EnaSupport ?? true,
            SriovNetSupport = _settings.SriovNetSupport || instance.SriovNetSupport == "simple" ? "simple" : null,
            BootMode = _settings.BootMode switch
            {
                AwsBootMode.Uefi => BootModeValues.Uefi,
                AwsBootMode.LegacyBios => BootModeValues.LegacyBios,
                AwsBootMode.UefiPreferred => BootModeValues.UefiPreferred,
                _ => null,
            },
            TpmSupport = _settings.TpmSupport ? TpmSupportValues.V20 : null,
            UefiData = _settings.UefiData,
            BlockDeviceMappings = [.. instance.BlockDeviceMappings.Where(m => m.Ebs?.VolumeId is not null).Select(m => Mapping(m, snapshots[m.Ebs.VolumeId], volumes.GetValueOrDefault(m.Ebs.VolumeId)))],
            TagSpecifications = tags.Image(key, name, tags.Birth),
        };
    }

    private BlockDeviceMapping Mapping(InstanceBlockDeviceMapping mapping, string snapshot, Volume? volume)
    {
        var type = volume?.VolumeType;
        return new()
        {
            DeviceName = mapping.DeviceName,
            Ebs = new()
            {
                SnapshotId = snapshot,
                VolumeSize = volume?.Size,
                VolumeType = type,
                // AWS tells of others what follows from their size, and takes it for none.
                Iops = type == VolumeType.Gp3 || type == VolumeType.Io1 || type == VolumeType.Io2 ? volume?.Iops : null,
                Throughput = type == VolumeType.Gp3 ? volume?.Throughput : null,
                DeleteOnTermination = target.Volumes.Any(v => v.DeviceName == mapping.DeviceName && !v.DeleteOnTermination) ? false : mapping.Ebs.DeleteOnTermination,
            },
        };
    }
}
