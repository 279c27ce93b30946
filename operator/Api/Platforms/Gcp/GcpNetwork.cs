using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms.Gcp;

/// <summary>The network of machines that name none.</summary>
public sealed record GcpNetwork
{
    /// <summary>The network's name, or its URL in another project. Unset: that of the subnetwork, else <c>default</c>.</summary>
    [Bounds(Max = 512)]
    public string? Network { get; init; }

    /// <summary>The subnetwork's name, or its URL in another project.</summary>
    [Bounds(Max = 512)]
    public string? Subnetwork { get; init; }

    /// <summary>Network tags, which firewall rules select by.</summary>
    [Bounds(Max = 60, MaxItemLength = 63)]
    [Pattern("^[a-z]([-a-z0-9]*[a-z0-9])?$")]
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Whether machines get an external address.</summary>
    public bool? ExternalIp { get; init; }
}
