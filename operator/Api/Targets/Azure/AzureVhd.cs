using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Azure;

/// <summary>A generalized disk image in a storage account: a page blob of the region and subscription.</summary>
public sealed record AzureVhd
{
    /// <summary>The blob's URL, without a signature.</summary>
    [Bounds(Min = 1, Max = 2048)]
    [Pattern("^https://[^/@?#]+/[^?#@]+$")]
    public required string Uri { get; init; }

    /// <summary>How machines of it boot.</summary>
    public AzureHyperVGeneration HyperVGeneration { get; init; }
}
