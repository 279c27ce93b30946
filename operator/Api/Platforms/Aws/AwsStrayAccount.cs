using ImageOperator.Api.Schema;
using ImageOperator.Api.Targets.Aws;

namespace ImageOperator.Api.Platforms.Aws;

/// <summary>Another account to look for strays in, where targets' accountCopies are.</summary>
public sealed record AwsStrayAccount
{
    /// <summary>The role of that account which the builder assumes: the one of accountCopies has what it takes.</summary>
    [Bounds(Max = 2048)]
    [Pattern(AssumedRole.RolePattern)]
    public required string RoleArn { get; init; }

    /// <summary>What the role's trust policy asks of others' accounts. It is no secret.</summary>
    [Bounds(Min = 2, Max = 1224)]
    [Pattern("^[A-Za-z0-9_+=,.@:/-]+$")]
    public string? ExternalId { get; init; }

    /// <summary>The region. Unset: the platform's.</summary>
    [Bounds(Min = 3, Max = 32)]
    [Pattern(AwsTarget.RegionPattern)]
    public string? Region { get; init; }
}
