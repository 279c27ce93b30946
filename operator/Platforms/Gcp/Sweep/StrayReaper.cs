using System.Globalization;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Aws;
using ImageOperator.Api.Platforms.Gcp;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Labels;

namespace ImageOperator.Platforms.Gcp.Sweep;

/// <summary>
/// Finds what bears the marks of a platform and of builds that do not exist or have ended, is old enough and is no result; and removes it, if that is
/// wanted. What bears no mark of this platform, or no date, is never touched.
/// </summary>
internal sealed class StrayReaper(GcpStrays settings, StrayOrder order, ProbeContext context, StrayFinder finder, Func<BuildIdentity, IPlatform> platforms)
{
    private readonly HashSet<string> _alive = [.. order.Builds];

    public async Task<StrayReport> ReapAsync(CancellationToken cancellationToken)
    {
        var (items, removed) = (new List<string>(), 0);
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
                    var (line, gone) = await TreatAsync(platform, stray, $"{stray.Type} {stray.Link} of build {build.Key.Build}, target {build.Key.Target}", cancellationToken).ConfigureAwait(false);
                    items.Add(line);
                    if (gone) removed++;
                }
            }

            return new() { Found = items.Count, Removed = removed, Items = items };
        }
        catch (PlatformException e)
        {
            return new() { Found = items.Count, Removed = removed, Items = items, Error = e.Message };
        }
    }

    private async Task<(string Line, bool Gone)> TreatAsync(IPlatform platform, Marked stray, string line, CancellationToken cancellationToken)
    {
        if (settings.Mode != StrayMode.Remove) return (line, false);
        try
        {
            await platform.RemoveAsync(stray.ToEntry(0), cancellationToken).ConfigureAwait(false);
            return ($"{line}: removed", true);
        }
        catch (PlatformException e)
        {
            return ($"{line}: {e.Message}", false);
        }
    }

    private bool IsStray(Marked marked)
    {
        string? Of(string key) => BuildLabels.Value(marked.Labels, key);
        return Of(BuildLabels.BuildUid) is { } build && Of(BuildLabels.Target) is not null && !_alive.Contains(build) && Of(BuildLabels.Kept) is null
            && long.TryParse(Of(BuildLabels.CreatedAt), CultureInfo.InvariantCulture, out var seconds)
            && DateTimeOffset.FromUnixTimeSeconds(seconds) + settings.After.Value <= context.Time.GetUtcNow();
    }
}
