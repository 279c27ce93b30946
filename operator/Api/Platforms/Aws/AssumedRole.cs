using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms.Aws;

/// <summary>A role to assume.</summary>
public sealed record AssumedRole
{
    internal const string RolePattern = "^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+$";

    /// <summary>The role.</summary>
    [Bounds(Max = 2048)]
    [Pattern(RolePattern)]
    public required string RoleArn { get; init; }

    /// <summary>What the role's trust policy asks of others' accounts. It is no secret.</summary>
    [Bounds(Min = 2, Max = 1224)]
    [Pattern("^[A-Za-z0-9_+=,.@:/-]+$")]
    public string? ExternalId { get; init; }

    /// <summary>The session's name in AWS's logs.</summary>
    [Bounds(Min = 2, Max = 64)]
    [Pattern("^[A-Za-z0-9_+=,.@-]+$")]
    public string SessionName { get; init; } = "image-operator";

    /// <summary>How long a session lasts before it is made anew: 15m to 12h. AWS lets a role that is assumed by a role last 1h at most.</summary>
    [CelRule("duration(self) >= duration('15m') && duration(self) <= duration('12h')", DurationMessage)]
    public Duration Duration { get; init; } = Duration.FromMinutes(60);

    internal const string DurationMessage = "must be from 15m to 12h";
}
