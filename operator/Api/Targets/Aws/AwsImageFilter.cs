using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Aws;

/// <summary>Which AMIs to choose from. Deprecated ones are left out.</summary>
public sealed record AwsImageFilter
{
    /// <summary>The AMI's name; <c>*</c> and <c>?</c> are wildcards.</summary>
    [Bounds(Min = 1, Max = 255)]
    public required string Name { get; init; }

    /// <summary>Whose AMIs: account IDs, self, amazon or aws-marketplace. Anyone can publish an AMI of any name, so an owner is needed.</summary>
    [Bounds(Min = 1, Max = 16, MaxItemLength = 32)]
    [Pattern("^([0-9]{12}|self|amazon|aws-marketplace)$")]
    public required IReadOnlyList<string> Owners { get; init; }

    /// <summary>The architecture of the AMI's machines.</summary>
    public AwsArchitecture? Architecture { get; init; }
}
