using System.Globalization;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Aws;
using ImageOperator.Api.Platforms.Azure;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Tags;

namespace ImageOperator.Platforms.Azure.Sweep;

/// <summary>
/// Finds what bears the marks of a platform and of builds that do not exist or have ended, is old enough and is no result; and removes it, if that is
/// wanted. What bears no mark of this platform, or no date, is never touched.
/// </summary>
internal sealed class StrayReaper(AzureStrays settings, StrayOrder order, ProbeContext context, MarkedThings things, Func<BuildIdentity, IPlatform> platforms)
{
    private readonly HashSet<string> _alive = [.. order.Builds];

    public async Task<StrayReport> ReapAsync(CancellationToken cancellationToken)
    {
        var (items, removed) = (new List<string>(), 0);
        try
        {
            var strays = (await things.FindAsync(BuildTags.Platform, order.PlatformUid, results: false, cancellationToken).ConfigureAwait(false)).Where(IsStray).ToList();
            // By build: a build's things go in their order, machines first.
            foreach (var build in strays.GroupBy(s => (Build: s.Tags[BuildTags.BuildUid], Target: s.Tags[BuildTags.Target])))
            {
                var (lines, gone) = await TreatAsync(new(build.Key.Build, "", "", build.Key.Target, 0), [.. build], cancellationToken).ConfigureAwait(false);
                items.AddRange(lines);
                removed += gone;
            }

            return new() { Found = items.Count, Removed = removed, Items = items };
        }
        catch (PlatformException e)
        {
            return new() { Found = items.Count, Removed = removed, Items = items, Error = e.Message };
        }
    }

    private bool IsStray(MarkedThing thing)
    {
        string? Of(string key) => thing.Tags.GetValueOrDefault(key);
        return Of(BuildTags.BuildUid) is { } build && Of(BuildTags.Target) is not null && !_alive.Contains(build) && Of(BuildTags.Kept) is null
            && DateTimeOffset.TryParse(Of(BuildTags.CreatedAt), CultureInfo.InvariantCulture, out var born) && born + settings.After.Value <= context.Time.GetUtcNow();
    }

    private async Task<(List<string> Lines, int Removed)> TreatAsync(BuildIdentity build, IReadOnlyList<MarkedThing> strays, CancellationToken cancellationToken)
    {
        var (lines, removed, ids) = (new List<string>(), 0, strays.Select(s => s.Id.ToString()).ToHashSet());
        var platform = platforms(build);
        await using var closing = platform.ConfigureAwait(false);
        // The build's own finder knows their order, and what goes with its group.
        foreach (var entry in await platform.FindStraysAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!ids.Contains(entry.Id!)) continue;
            var line = $"{entry.Location} {entry.Type} {entry.Id} of build {build.Uid}, target {build.Target}";
            if (settings.Mode != StrayMode.Remove)
            {
                lines.Add(line);
                continue;
            }

            try
            {
                await platform.RemoveAsync(entry, cancellationToken).ConfigureAwait(false);
                removed++;
                lines.Add($"{line}: removed");
            }
            catch (PlatformException e)
            {
                lines.Add($"{line}: {e.Message}");
            }
        }

        return (lines, removed);
    }
}
