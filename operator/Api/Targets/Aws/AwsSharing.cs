using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Aws;

/// <summary>Who else may use AMIs.</summary>
public sealed record AwsSharing
{
    /// <summary>Account IDs.</summary>
    [Bounds(Max = 256, MaxItemLength = 12)]
    [Pattern("^[0-9]{12}$")]
    public IReadOnlyList<string> Accounts { get; init; } = [];

    /// <summary>ARNs of organizations.</summary>
    [Bounds(Max = 16, MaxItemLength = 256)]
    [Pattern("^arn:[a-z-]+:organizations::[0-9]{12}:organization/o-[a-z0-9]{10,32}$")]
    public IReadOnlyList<string> Organizations { get; init; } = [];

    /// <summary>ARNs of organizational units.</summary>
    [Bounds(Max = 64, MaxItemLength = 256)]
    [Pattern("^arn:[a-z-]+:organizations::[0-9]{12}:ou/o-[a-z0-9]{10,32}/ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$")]
    public IReadOnlyList<string> OrganizationalUnits { get; init; } = [];

    /// <summary>Let the accounts read the AMI's snapshots, too: then they can copy it. Organizations cannot be given snapshots.</summary>
    public bool Snapshots { get; init; }

    /// <summary>
    /// Let the accounts use the KMS keys that the AMI's snapshots are encrypted with: without that they can start no machine of it. Each account gets a grant on each key, which
    /// stays until someone revokes it. AWS's own keys take none: encrypt with keys of yours.
    /// </summary>
    public bool KeyGrants { get; init; }
}
