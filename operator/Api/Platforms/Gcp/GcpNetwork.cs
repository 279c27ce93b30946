using ImageOperator.Api.Schema;
using ImageOperator.Api.Targets.Gcp;

namespace ImageOperator.Api.Platforms.Gcp;

/// <summary>The network of machines that name none.</summary>
[CelRule("!has(self.project) || has(self.subnetwork)", GcpNetworking.SharedNeedsSubnetwork, FieldPath = ".project")]
public sealed record GcpNetwork
{
    /// <summary>The network's name. Unset: the subnetwork's, else default.</summary>
    [Bounds(Min = 1, Max = 63)]
    [Pattern("^[a-z]([-a-z0-9]*[a-z0-9])?$")]
    public string? Network { get; init; }

    /// <summary>The subnetwork's name.</summary>
    [Bounds(Min = 1, Max = 63)]
    [Pattern("^[a-z]([-a-z0-9]*[a-z0-9])?$")]
    public string? Subnetwork { get; init; }

    /// <summary>The host project of a shared VPC.</summary>
    [Bounds(Min = 6, Max = 64)]
    [Pattern(GcpTarget.ProjectPattern)]
    public string? Project { get; init; }

    /// <summary>Network tags of machines.</summary>
    [Bounds(Max = 64, MaxItemLength = 63)]
    [Pattern("^[a-z]([-a-z0-9]*[a-z0-9])?$")]
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Whether machines get an external IP address.</summary>
    public bool? ExternalIp { get; init; }

    /// <summary>How the builder connects. Unset: External.</summary>
    public GcpConnect? Connect { get; init; }
}
