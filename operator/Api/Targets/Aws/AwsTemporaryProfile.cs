using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Aws;

/// <summary>An instance profile with a role of its own. At least one of policy and managedPolicyArns must be set.</summary>
[CelRule("has(self.policy) || (has(self.managedPolicyArns) && size(self.managedPolicyArns) > 0)", NeedsPolicy)]
public sealed record AwsTemporaryProfile
{
    internal const string NeedsPolicy = "a role without any policy may do nothing: set policy or managedPolicyArns";

    /// <summary>What machines may do: a policy document of IAM, in JSON.</summary>
    [Bounds(Min = 2, Max = 10240)]
    public string? Policy { get; init; }

    /// <summary>ARNs of managed policies that the role gets, too.</summary>
    [Bounds(Max = 10, MaxItemLength = 256)]
    [Pattern("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/[A-Za-z0-9_+=,.@/-]+$")]
    public IReadOnlyList<string> ManagedPolicyArns { get; init; } = [];

    /// <summary>The ARN of the policy that bounds the role's permissions. Unset: nothing does.</summary>
    [Bounds(Max = 256)]
    [Pattern("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/[A-Za-z0-9_+=,.@/-]+$")]
    public string? PermissionsBoundary { get; init; }
}
