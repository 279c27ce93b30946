using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms.Azure;

/// <summary>The network of machines that name none.</summary>
public sealed record AzureNetwork
{
    /// <summary>The resource ID of the subnet.</summary>
    [Bounds(Max = 1024)]
    [Pattern("^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$")]
    public string? SubnetId { get; init; }

    /// <summary>The resource ID of the network security group. Unset: one is made for each build and removed with it.</summary>
    [Bounds(Max = 1024)]
    [Pattern("^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/networkSecurityGroups/[^/]+$")]
    public string? NetworkSecurityGroupId { get; init; }

    /// <summary>Whether machines get a public address.</summary>
    public bool? PublicIpAddress { get; init; }
}
