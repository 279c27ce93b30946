using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Aws;

/// <summary>A launch template that exists. Its latest version is taken as it is, with the AMI in place of its own.</summary>
public sealed record AwsLaunchTemplate
{
    internal const string IdPattern = "^lt-[0-9a-f]{8,17}$";

    /// <summary>The launch template's ID.</summary>
    [Bounds(Min = 11, Max = 20)]
    [Pattern(IdPattern)]
    public required string Id { get; init; }

    /// <summary>Make the new version the default one.</summary>
    public bool SetDefault { get; init; }
}
