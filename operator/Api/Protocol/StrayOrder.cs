namespace ImageOperator.Api.Protocol;

/// <summary>What a probe pod must know to tell strays from what is in use.</summary>
public sealed record StrayOrder
{
    /// <summary>The option whose value is the order, as JSON.</summary>
    public const string Option = "--strays";

    /// <summary>More builds than that do not fit into a pod's arguments: then nothing is looked for.</summary>
    public const int MostBuilds = 2000;

    /// <summary>The platform object's UID: only what bears it can be a stray.</summary>
    public required string PlatformUid { get; init; }

    /// <summary>The UIDs of all builds that have not ended.</summary>
    public required IReadOnlyList<string> Builds { get; init; }
}
