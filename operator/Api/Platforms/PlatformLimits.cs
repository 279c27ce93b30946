using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms;

/// <summary>How much may be built on a platform. A build over a limit waits. Changes hold for builds that wait already.</summary>
public sealed record PlatformLimits
{
    /// <summary>Targets under way at once, over all namespaces; no limit if unset. 0 stops new builds.</summary>
    [Bounds(Min = 0, Max = 100000)]
    public int? ConcurrentBuilds { get; init; }

    /// <summary>Targets of one namespace under way at once; no limit if unset.</summary>
    [Bounds(Min = 0, Max = 100000)]
    public int? ConcurrentBuildsPerNamespace { get; init; }

    /// <summary>Machine-hours that one namespace may use in a calendar month (UTC), counted from each target's start to its end; no limit if unset. Targets under way go on.</summary>
    [Bounds(Min = 0, Max = 1000000)]
    public int? MachineHoursPerNamespacePerMonth { get; init; }
}
