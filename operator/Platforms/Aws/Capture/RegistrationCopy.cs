using Amazon.EC2;
using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;

namespace ImageOperator.Platforms.Aws.Capture;

/// <summary>Writes the request for an AMI that is another one, of the same snapshots, by another name.</summary>
internal sealed class RegistrationCopy(AwsImage settings, AwsClients clients, AwsCalls calls)
{
    private const string Reason = Reasons.DistributionFailed;

    public async Task<RegisterImageRequest> OfAsync(string region, Image image, string name, List<TagSpecification> tags, CancellationToken cancellationToken) => new()
    {
        Name = name,
        Description = image.Description,
        Architecture = image.Architecture,
        VirtualizationType = "hvm",
        RootDeviceName = image.RootDeviceName,
        EnaSupport = image.EnaSupport ?? true,
        SriovNetSupport = image.SriovNetSupport == "simple" ? "simple" : null,
        BootMode = image.BootMode,
        TpmSupport = image.TpmSupport,
        ImdsSupport = image.ImdsSupport,
        UefiData = settings.UefiData ?? await ReadUefiDataAsync(region, image, cancellationToken).ConfigureAwait(false),
        BlockDeviceMappings = [.. (image.BlockDeviceMappings ?? []).Where(m => !string.IsNullOrEmpty(m.Ebs?.SnapshotId)).Select(Mapping)],
        TagSpecifications = tags,
    };

    /// <summary>Asks AWS whether it would register the AMI; it registers none.</summary>
    public async Task RehearseAsync(string region, RegisterImageRequest request, CancellationToken cancellationToken)
    {
        request.DryRun = true;
        try
        {
            await calls.RunAsync(AwsCall.Ec2("RegisterImage", Reason), t => clients.Ec2(region).RegisterImageAsync(request, t), cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (AwsErrors.CodeOf(e.InnerException ?? e) == "DryRunOperation" || AwsErrors.IsNameTaken(e))
        {
            // It would, once the name is free.
        }
    }

    // Only what boots by UEFI has a store.
    private async Task<string?> ReadUefiDataAsync(string region, Image image, CancellationToken cancellationToken)
    {
        if (image.BootMode != BootModeValues.Uefi && image.BootMode != BootModeValues.UefiPreferred) return null;
        var request = new DescribeImageAttributeRequest { ImageId = image.ImageId, Attribute = ImageAttributeName.UefiData };
        var answer = await calls.RunAsync(
            AwsCall.Ec2("DescribeImageAttribute", Reason), t => clients.Ec2(region).DescribeImageAttributeAsync(request, t), cancellationToken).ConfigureAwait(false);
        return string.IsNullOrEmpty(answer.ImageAttribute?.UefiData) ? null : answer.ImageAttribute.UefiData;
    }

    private static BlockDeviceMapping Mapping(BlockDeviceMapping mapping) => new()
    {
        DeviceName = mapping.DeviceName,
        Ebs = new()
        {
            SnapshotId = mapping.Ebs.SnapshotId,
            VolumeSize = mapping.Ebs.VolumeSize,
            VolumeType = mapping.Ebs.VolumeType,
            Iops = mapping.Ebs.Iops,
            Throughput = mapping.Ebs.Throughput,
            DeleteOnTermination = mapping.Ebs.DeleteOnTermination,
        },
    };
}
