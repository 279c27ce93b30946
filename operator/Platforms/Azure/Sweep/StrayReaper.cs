using System.Globalization;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Azure;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Tags;

namespace ImageOperator.Platforms.Azure.Sweep;

/// <summary>Finds what bears the marks of a platform and of builds that do not exist or have ended, is old enough and is no result.</summary>
internal sealed class StrayReaper(AzureStrays settings, StrayOrder order, ProbeContext context, MarkedThings things, Func<BuildIdentity, IPlatform> platforms)
{
    private readonly StrayRemoval _removal = new(settings.Mode, settings.After.Value, order, context.Time);

    public async Task<StrayReport> ReapAsync(CancellationToken cancellationToken)
    {
        try
        {
            var strays = (await things.FindAsync(BuildTags.Platform, order.PlatformUid, results: false, cancellationToken).ConfigureAwait(false)).Where(IsStray);
            // By build: a build's things go in their order, machines first.
            foreach (var build in strays.GroupBy(s => (Build: s.Tags[BuildTags.BuildUid], Target: s.Tags[BuildTags.Target])))
            {
                await TreatAsync(new(build.Key.Build, "", "", build.Key.Target, 0), [.. build], cancellationToken).ConfigureAwait(false);
            }
        }
        catch (PlatformException e)
        {
            _removal.Fail(e.Message);
        }

        return _removal.Report;
    }

    private bool IsStray(MarkedThing thing)
    {
        string? Of(string key) => thing.Tags.GetValueOrDefault(key);
        DateTimeOffset? born = DateTimeOffset.TryParse(Of(BuildTags.CreatedAt), CultureInfo.InvariantCulture, out var at) ? at : null;
        return _removal.IsStray(Of(BuildTags.BuildUid), Of(BuildTags.Target), Of(BuildTags.Kept), born);
    }

    private async Task TreatAsync(BuildIdentity build, IReadOnlyList<MarkedThing> strays, CancellationToken cancellationToken)
    {
        var ids = strays.Select(s => s.Id.ToString()).ToHashSet();
        var platform = platforms(build);
        await using var closing = platform.ConfigureAwait(false);
        // The build's own finder knows their order, and what goes with its group.
        foreach (var entry in (await platform.FindStraysAsync(cancellationToken).ConfigureAwait(false)).Where(e => ids.Contains(e.Id!)))
        {
            await _removal.TreatAsync(platform, entry, $"{entry.Location} {entry.Type} {entry.Id} of build {build.Uid}, target {build.Target}", cancellationToken).ConfigureAwait(false);
        }
    }
}
