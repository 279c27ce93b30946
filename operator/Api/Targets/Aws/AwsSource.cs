using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Aws;

/// <summary>The AMI to start from. Exactly one of id, newest and ssmParameter must be set.</summary>
[CelRule("(has(self.id) ? 1 : 0) + (has(self.newest) ? 1 : 0) + (has(self.ssmParameter) ? 1 : 0) == 1", OneOf)]
public sealed record AwsSource
{
    internal const string OneOf = "exactly one of id, newest and ssmParameter must be set";
    internal const string IdPattern = "^(ami-[0-9a-f]{8,17}|[^$]*\\$\\(.+\\).*)$";

    /// <summary>The AMI's ID.</summary>
    [Bounds(Max = 256)]
    [Pattern(IdPattern)]
    public string? Id { get; init; }

    /// <summary>The newest AMI of those that match.</summary>
    public AwsImageFilter? Newest { get; init; }

    /// <summary>A parameter of Systems Manager that holds an AMI's ID, such as <c>/aws/service/debian/release/12/latest/amd64</c>.</summary>
    [Bounds(Min = 1, Max = 2048)]
    [Pattern("^([A-Za-z0-9_./:-]|\\$\\([^$]+\\))+$")]
    public string? SsmParameter { get; init; }
}
