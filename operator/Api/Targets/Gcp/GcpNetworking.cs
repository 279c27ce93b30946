using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Gcp;

/// <summary>Where machines stand and how they are reached. The network's own firewall rules hold: none is made.</summary>
[CelRule("!has(self.project) || has(self.subnetwork)", SharedNeedsSubnetwork, FieldPath = ".project")]
public sealed record GcpNetworking
{
    internal const string SharedNeedsSubnetwork = "a shared VPC needs a subnetwork: set subnetwork, or remove project";

    /// <summary>The network's name. Unset: the subnetwork's, else default.</summary>
    [Bounds(Min = 1, Max = 63)]
    [Pattern("^[a-z]([-a-z0-9]*[a-z0-9])?$")]
    public string? Network { get; init; }

    /// <summary>The subnetwork's name, in the zone's region. Unset: the network's, where it makes them by itself.</summary>
    [Bounds(Min = 1, Max = 63)]
    [Pattern("^[a-z]([-a-z0-9]*[a-z0-9])?$")]
    public string? Subnetwork { get; init; }

    /// <summary>The host project of a shared VPC. Unset: the build's own project.</summary>
    [Bounds(Min = 6, Max = 64)]
    [Pattern(GcpTarget.ProjectPattern)]
    public string? Project { get; init; }

    /// <summary>Network tags of machines: firewall rules go by them.</summary>
    [Bounds(Max = 64, MaxItemLength = 63)]
    [Pattern("^[a-z]([-a-z0-9]*[a-z0-9])?$")]
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Whether machines get an external IP address. Unset: they do, unless connect is Internal or Iap.</summary>
    public bool? ExternalIp { get; init; }

    /// <summary>How the builder connects. Unset: External.</summary>
    public GcpConnect? Connect { get; init; }
}
