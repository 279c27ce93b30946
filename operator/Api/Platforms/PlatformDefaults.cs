using System.Text.Json;
using ImageOperator.Api.Targets;

namespace ImageOperator.Api.Platforms;

/// <summary>A target with its platform's defaults.</summary>
public static class PlatformDefaults
{
    /// <summary>The target as it is built: what it leaves unset is the platform's.</summary>
    public static Target Apply(Target target, ImagePlatformSpec platform)
    {
        if (target.Qemu is not null && platform.Qemu is { } qemu)
        {
            return Fill(target, "qemu", new { qemu.Accelerator, qemu.MachineType, qemu.Cpu });
        }

        if (target.Aws is not null && platform.Aws is { } aws)
        {
            var network = aws.Network is { } n ? new { n.VpcId, n.SubnetIds, n.SecurityGroupIds, n.AssociatePublicIpAddress } : null;
            return Fill(target, "aws", new { aws.Region, network, aws.Tags });
        }

        if (target.Azure is not null && platform.Azure is { } azure)
        {
            var network = azure.SubnetId is { } subnet ? new { SubnetId = subnet } : null;
            return Fill(target, "azure", new { azure.Location, azure.ResourceGroup, network, azure.Tags });
        }

        if (target.Gcp is not null && platform.Gcp is { } gcp)
        {
            var network = gcp.Network is { } n ? new { n.Network, n.Subnetwork, n.Project, n.Tags, n.ExternalIp, n.Connect } : null;
            return Fill(target, "gcp", new { gcp.Project, gcp.Zones, network, gcp.OsLogin, gcp.Labels });
        }

        return target;
    }

    private static Target Fill<T>(Target target, string block, T defaults)
    {
        var merged = JsonSerializer.SerializeToNode(target, ApiJson.Options)!.AsObject();
        DefaultsMerge.Fill(merged[block]!.AsObject(), JsonSerializer.SerializeToNode(defaults, ApiJson.Options)!.AsObject());
        return merged.Deserialize<Target>(ApiJson.Options)!;
    }
}
