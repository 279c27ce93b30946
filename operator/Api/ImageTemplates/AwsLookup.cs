using ImageOperator.Api.Schema;
using ImageOperator.Api.Targets.Aws;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>What AWS has, asked as the target's builder. Targets of other platforms get null. Exactly one of image and parameter must be set.</summary>
[Choice(Allowed.ExactlyOne)]
public sealed record AwsLookup
{
    /// <summary>The newest AMI of those that match: <c>self.id</c>, <c>name</c>, <c>description</c>, <c>architecture</c>, <c>ownerId</c>, <c>creationDate</c>, <c>rootDeviceName</c>, <c>tags</c>.</summary>
    [Alternative]
    public AwsImageFilter? Image { get; init; }

    /// <summary>
    /// The value of a parameter of Systems Manager, a text; also a secret of Secrets Manager, as <c>/aws/reference/secretsmanager/NAME</c>. One that is
    /// encrypted must be sensitive.
    /// </summary>
    [Alternative]
    [Bounds(Min = 1, Max = 2048)]
    [Pattern("^([A-Za-z0-9_./:-]|\\$\\([^$]+\\))+$")]
    public string? Parameter { get; init; }

    /// <summary>The region to ask; the target's if unset.</summary>
    [Pattern(AwsTarget.RegionPattern)]
    public string? Region { get; init; }
}
