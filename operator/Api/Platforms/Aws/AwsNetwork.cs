using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms.Aws;

/// <summary>The network of machines that name none.</summary>
public sealed record AwsNetwork
{
    /// <summary>The VPC. Unset: that of the subnets, else the default VPC.</summary>
    [Bounds(Max = 32)]
    [Pattern("^vpc-[0-9a-f]+$")]
    public string? VpcId { get; init; }

    /// <summary>Subnets, tried in order when one lacks capacity.</summary>
    [Bounds(Max = 32, MaxItemLength = 32)]
    [Pattern("^subnet-[0-9a-f]+$")]
    public IReadOnlyList<string> SubnetIds { get; init; } = [];

    /// <summary>Security groups. Without any, one is made for each build and removed with it.</summary>
    [Bounds(Max = 16, MaxItemLength = 32)]
    [Pattern("^sg-[0-9a-f]+$")]
    public IReadOnlyList<string> SecurityGroupIds { get; init; } = [];

    /// <summary>Whether machines get a public address. Unset: as the subnet says.</summary>
    public bool? AssociatePublicIpAddress { get; init; }
}
