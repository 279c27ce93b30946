using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Azure;

/// <summary>Where machines stand and how they are reached.</summary>
public sealed record AzureNetworking
{
    internal const string SubnetPattern = "^/subscriptions/[0-9a-fA-F-]{36}/resource[Gg]roups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$";

    /// <summary>The subnet, by resource ID, of the build's region. Unset: a virtual network is made for the machine.</summary>
    [Bounds(Max = 512)]
    [Pattern(SubnetPattern)]
    public string? SubnetId { get; init; }

    /// <summary>Who may connect to machines, as CIDR blocks. Unset: the virtual network where address is Private, else anyone.</summary>
    [Bounds(Max = 16, MaxItemLength = 43)]
    [Pattern("^[0-9a-f.:]+/[0-9]{1,3}$")]
    public IReadOnlyList<string> AllowedCidrs { get; init; } = [];

    /// <summary>The address that the builder connects to.</summary>
    public AzureAddress Address { get; init; } = AzureAddress.Public;
}
