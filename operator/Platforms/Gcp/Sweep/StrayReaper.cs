using System.Globalization;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Gcp;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Labels;

namespace ImageOperator.Platforms.Gcp.Sweep;

/// <summary>Finds what bears the marks of a platform and of builds that do not exist or have ended, is old enough and is no result.</summary>
internal sealed class StrayReaper(GcpStrays settings, StrayOrder order, ProbeContext context, StrayFinder finder, Func<BuildIdentity, IPlatform> platforms)
{
    private readonly StrayRemoval _removal = new(settings.Mode, settings.After.Value, order, context.Time);

    public async Task<StrayReport> ReapAsync(CancellationToken cancellationToken)
    {
        try
        {
            var marked = await finder.ListAsync($"labels.{BuildLabels.Platform} = \"{order.PlatformUid}\"", cancellationToken).ConfigureAwait(false);
            // By build: a build's things go in their order, machines first.
            foreach (var build in marked.Where(IsStray).GroupBy(m => (Build: m.Labels![BuildLabels.BuildUid], Target: m.Labels[BuildLabels.Target])))
            {
                var platform = platforms(new(build.Key.Build, "", "", build.Key.Target, 0));
                await using var closing = platform.ConfigureAwait(false);
                foreach (var stray in build)
                {
                    await _removal.TreatAsync(platform, stray.ToEntry(0), $"{stray.Type} {stray.Link} of build {build.Key.Build}, target {build.Key.Target}", cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (PlatformException e)
        {
            _removal.Fail(e.Message);
        }

        return _removal.Report;
    }

    private bool IsStray(Marked marked)
    {
        string? Of(string key) => BuildLabels.Value(marked.Labels, key);
        DateTimeOffset? born = long.TryParse(Of(BuildLabels.CreatedAt), CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        return _removal.IsStray(Of(BuildLabels.BuildUid), Of(BuildLabels.Target), Of(BuildLabels.Kept), born);
    }
}
