using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageBuilds;

/// <summary>How far the image's copy in a region is.</summary>
public sealed record RegionProgress
{
    /// <summary>The region, such as northeurope.</summary>
    public required string Name { get; init; }

    /// <summary>How much of it is there, in percent.</summary>
    [Bounds(Min = 0, Max = 100)]
    public int Percent { get; init; }

    /// <summary>The cloud's own word for it: Replicating, Completed, Failed.</summary>
    public string? State { get; init; }
}
