using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Aws;

/// <summary>Where machines stand and how they are reached.</summary>
public sealed record AwsNetworking
{
    /// <summary>The VPC, where no subnets are named: all its subnets are tried, by their IDs. Unset: the default VPC.</summary>
    [Bounds(Max = 32)]
    [Pattern("^vpc-[0-9a-f]+$")]
    public string? VpcId { get; init; }

    /// <summary>Subnets, tried in order when one lacks capacity. Unset: those of vpcId, else the default VPC's choice.</summary>
    [Bounds(Max = 16, MaxItemLength = 32)]
    [Pattern("^subnet-[0-9a-f]+$")]
    public IReadOnlyList<string> SubnetIds { get; init; } = [];

    /// <summary>Security groups. Without any, one is made for the build and removed with it.</summary>
    [Bounds(Max = 16, MaxItemLength = 32)]
    [Pattern("^sg-[0-9a-f]+$")]
    public IReadOnlyList<string> SecurityGroupIds { get; init; } = [];

    /// <summary>Who may connect to machines of the build's own security group, as CIDR blocks. Unset: the VPC where address is Private, else anyone.</summary>
    [Bounds(Max = 16, MaxItemLength = 43)]
    [Pattern("^[0-9a-f.:]+/[0-9]{1,3}$")]
    public IReadOnlyList<string> AllowedCidrs { get; init; } = [];

    /// <summary>Whether machines get a public address. Unset: as the subnet says.</summary>
    public bool? AssociatePublicIpAddress { get; init; }

    /// <summary>What the builder connects to: an address of the machine, or its SSM agent.</summary>
    public AwsAddress Address { get; init; } = AwsAddress.Public;
}
