namespace ImageOperator.Api.ImageBuilds;

/// <summary>What goes on now.</summary>
public sealed record TargetProgress
{
    /// <summary>In few words: "downloading source 40%", "waiting for SSH".</summary>
    public string? Message { get; init; }

    /// <summary>The step under way.</summary>
    public string? Step { get; init; }

    /// <summary>The step's place, from 1.</summary>
    public int? Index { get; init; }

    /// <summary>How many steps there are.</summary>
    public int? Of { get; init; }

    /// <summary>How far each region is, while the image is copied to several.</summary>
    public IReadOnlyList<RegionProgress>? Regions { get; init; }
}
