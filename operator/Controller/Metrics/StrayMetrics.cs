using System.Diagnostics.Metrics;
using ImageOperator.Api.Platforms;

namespace ImageOperator.Controller.Metrics;

/// <summary>What was found on platforms that no build knew any more.</summary>
internal sealed class StrayMetrics
{
    private readonly Counter<long> _found;
    private readonly Counter<long> _removed;

    public StrayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(BuildMetrics.MeterName);
        _found = meter.CreateCounter<long>("imageoperator.strays.found", "{resource}", "Things on platforms that no build knows any more, counted at each look, by platform");
        _removed = meter.CreateCounter<long>("imageoperator.strays.removed", "{resource}", "Those of them that were removed, by platform");
    }

    public void Count(ImagePlatformSpec platform, StrayReport strays)
    {
        KeyValuePair<string, object?> tag = new("platform", PlatformBlocks.Of(platform) ?? "unknown");
        _found.Add(strays.Found, tag);
        _removed.Add(strays.Removed, tag);
    }
}
