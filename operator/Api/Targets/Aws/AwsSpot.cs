using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Aws;

/// <summary>Use of spare capacity.</summary>
public sealed record AwsSpot
{
    /// <summary>The most to pay for an hour, in US dollars. Unset: the on-demand price.</summary>
    [Bounds(Max = 16)]
    [Pattern("^[0-9]{1,5}(\\.[0-9]{1,6})?$")]
    public string? MaxPrice { get; init; }
}
