using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Azure;

/// <summary>Use of spare capacity.</summary>
public sealed record AzureSpot
{
    /// <summary>The most to pay for an hour, in US dollars. Unset: the regular price.</summary>
    [Bounds(Max = 16)]
    [Pattern("^[0-9]{1,5}(\\.[0-9]{1,5})?$")]
    public string? MaxPrice { get; init; }

    /// <summary>What becomes of the machine when its capacity is taken back. The build fails either way.</summary>
    public AzureEvictionPolicy EvictionPolicy { get; init; }
}
