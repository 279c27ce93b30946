using Amazon.EC2;
using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Machines.Windows;
using ImageOperator.Platforms.Aws.Tags;
using ResourceType = Amazon.EC2.ResourceType;

namespace ImageOperator.Platforms.Aws.Machines;

/// <summary>Writes the request for an instance.</summary>
internal sealed class InstanceRequest(PlatformContext context, AwsTarget target, AwsNetworking network, BuildTags tags)
{
    public RunInstancesRequest Of(MachineRequest machine, Image image, Place place, string keyName, IReadOnlyList<string> groups, string? profile, string ledgerKey, string name)
    {
        var request = new RunInstancesRequest
        {
            ImageId = image.ImageId,
            InstanceType = place.InstanceType,
            MinCount = 1,
            MaxCount = 1,
            ClientToken = Guid.NewGuid().ToString("n"),
            KeyName = keyName,
            UserData = UserData.Encoded(TextOf(machine.Credentials, image)),
            MetadataOptions = new() { HttpEndpoint = InstanceMetadataEndpointState.Enabled, HttpTokens = HttpTokensState.Required, HttpPutResponseHopLimit = 2 },
            // The build stops machines through the API; one that shuts itself down is lost, and must not cost any more.
            InstanceInitiatedShutdownBehavior = ShutdownBehavior.Terminate,
            TagSpecifications = tags.Specifications(ledgerKey, name, [ResourceType.Instance, ResourceType.Volume, ResourceType.NetworkInterface, .. Spot()]),
        };
        Check(request);
        if (profile is not null)
        {
            request.IamInstanceProfile = profile.StartsWith("arn:", StringComparison.Ordinal) ? new() { Arn = profile } : new() { Name = profile };
        }

        if (target.Spot is { } spot)
        {
            request.InstanceMarketOptions = new() { MarketType = MarketType.Spot, SpotOptions = new() { MaxPrice = spot.MaxPrice, SpotInstanceType = SpotInstanceType.OneTime } };
        }

        if (machine.Purpose == MachinePurpose.Build && target.Volumes.Count > 0) request.BlockDeviceMappings = [.. target.Volumes.Select(Mapping)];
        Connect(request, place, groups);
        return request;
    }

    private string TextOf(MachineCredentials credentials, Image image)
    {
        var end = context.Time.GetUtcNow() + target.MachineLifetime.Value;
        return PasswordWait.IsWindows(image) ? WindowsUserData.Write(credentials, end, context.Communicator.Ssh?.Port ?? 22) : UserData.Write(credentials, end);
    }

    private IEnumerable<ResourceType> Spot() => target.Spot is null ? [] : [ResourceType.SpotInstancesRequest];

    // Where the public address is chosen, the interface must say all of the network.
    private void Connect(RunInstancesRequest request, Place place, IReadOnlyList<string> groups)
    {
        if (network.AssociatePublicIpAddress is { } publicly)
        {
            request.NetworkInterfaces =
            [
                new() { DeviceIndex = 0, SubnetId = place.Subnet, Groups = [.. groups], AssociatePublicIpAddress = publicly, DeleteOnTermination = true },
            ];
            return;
        }

        request.SubnetId = place.Subnet;
        request.SecurityGroupIds = [.. groups];
    }

    private static BlockDeviceMapping Mapping(AwsVolume volume) => new()
    {
        DeviceName = volume.DeviceName,
        Ebs = new()
        {
            VolumeSize = volume.SizeGiB,
            VolumeType = volume.Type is { } type ? new VolumeType(type.ToString().ToLowerInvariant()) : null,
            Iops = volume.Iops,
            Throughput = volume.Throughput,
            Encrypted = volume.Encrypted,
            KmsKeyId = volume.KmsKeyId,
            DeleteOnTermination = true,
        },
    };

    private void Check(RunInstancesRequest request)
    {
        if (Convert.FromBase64String(request.UserData).Length <= UserData.MaxBytes) return;
        throw new PlatformException(
            FailureKind.Terminal, Reasons.InternalError, $"the user data of {context.Identity.Target} is longer than the {UserData.MaxBytes} bytes that EC2 takes");
    }
}
