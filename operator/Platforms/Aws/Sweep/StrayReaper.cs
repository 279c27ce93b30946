using System.Globalization;
using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Aws;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Tags;

namespace ImageOperator.Platforms.Aws.Sweep;

/// <summary>Finds what bears the marks of a platform and of builds that do not exist or have ended, is old enough and is no result.</summary>
internal sealed class StrayReaper(AwsStrays settings, StrayOrder order, ProbeContext context, IReadOnlyList<string> places, AwsClients clients, AwsCalls calls, Func<BuildIdentity, IReadOnlyCollection<string>, IPlatform> platforms)
{
    private readonly StrayRemoval _removal = new(settings.Mode, settings.After.Value, order, context.Time);
    private readonly List<string> _seen = [];
    private bool _unavailable;

    public async Task<StrayReport> ReapAsync(CancellationToken cancellationToken)
    {
        var strays = new List<Stray>();
        foreach (var place in places)
        {
            await TryAsync(place, async () =>
            {
                strays.AddRange(await FindAsync(place, cancellationToken).ConfigureAwait(false));
                _seen.Add(place);
            }).ConfigureAwait(false);
        }

        await TryAsync("iam", async () => strays.AddRange(await FindIdentitiesAsync(cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
        // By build: a build's things go in their order, machines first.
        foreach (var build in strays.GroupBy(s => (s.Build, s.Target)))
        {
            await TryAsync($"build {build.Key.Build}", () => TreatAsync(new(build.Key.Build, "", "", build.Key.Target, 0), [.. build], cancellationToken)).ConfigureAwait(false);
        }

        return _removal.Report;
    }

    // A place that may not be looked at keeps nobody from the others. Where AWS does not answer, each try takes minutes: one is enough.
    private async Task TryAsync(string where, Func<Task> look)
    {
        if (_unavailable) return;
        try
        {
            await look().ConfigureAwait(false);
        }
        catch (PlatformException e)
        {
            _removal.Fail($"{where}: {e.Message}");
            _unavailable = e.Kind == FailureKind.Retryable;
        }
    }

    private async Task TreatAsync(BuildIdentity build, IReadOnlyList<Stray> strays, CancellationToken cancellationToken)
    {
        var ids = strays.Select(s => s.Id).ToHashSet();
        var platform = platforms(build, _seen);
        await using var closing = platform.ConfigureAwait(false);
        // The build's own finder leaves out what has ended already, and knows how to remove the rest.
        var marked = (await platform.FindStraysAsync(cancellationToken).ConfigureAwait(false)).Where(e => ids.Contains(e.Id!));
        foreach (var entry in marked.Concat(strays.Select(s => s.Entry).OfType<LedgerEntry>()))
        {
            await _removal.TreatAsync(platform, entry, $"{entry.Location ?? "iam"} {entry.Type} {entry.Id} of build {build.Uid}, target {build.Target}", cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<IEnumerable<Stray>> FindAsync(string at, CancellationToken cancellationToken)
    {
        var marked = await ReadAsync(at, [new("key", [BuildTags.Platform]), new("value", [order.PlatformUid])], cancellationToken).ConfigureAwait(false);
        var strays = new List<Stray>();
        foreach (var some in marked.Select(m => m.ResourceId).Distinct().Chunk(200))
        {
            var tags = await ReadAsync(at, [new("resource-id", [.. some])], cancellationToken).ConfigureAwait(false);
            strays.AddRange(tags.GroupBy(t => t.ResourceId).Select(t => Read(t.Key, t.ToDictionary(g => g.Key, g => g.Value))).OfType<Stray>());
        }

        return strays;
    }

    private async Task<IEnumerable<Stray>> FindIdentitiesAsync(CancellationToken cancellationToken) =>
        (await new IdentityFinder(clients, calls).FindAsync(cancellationToken).ConfigureAwait(false)).Select(i => Read(i.Entry.Id!, i.Tags, i.Entry)).OfType<Stray>();

    private Stray? Read(string id, IReadOnlyDictionary<string, string> tags, LedgerEntry? entry = null)
    {
        string? Of(string key) => tags.GetValueOrDefault(key);
        DateTimeOffset? born = DateTimeOffset.TryParse(Of(BuildTags.CreatedAt), CultureInfo.InvariantCulture, out var at) ? at : null;
        return Of(BuildTags.Platform) == order.PlatformUid && _removal.IsStray(Of(BuildTags.BuildUid), Of(BuildTags.Target), Of(BuildTags.Kept), born)
            ? new(id, Of(BuildTags.BuildUid)!, Of(BuildTags.Target)!, entry)
            : null;
    }

    private async Task<List<TagDescription>> ReadAsync(string at, List<Filter> filters, CancellationToken cancellationToken)
    {
        var (tags, request) = (new List<TagDescription>(), new DescribeTagsRequest { Filters = filters });
        do
        {
            var answer = await calls.RunAsync(AwsCall.Ec2("DescribeTags", Reasons.MachineFailed), t => clients.Ec2(at).DescribeTagsAsync(request, t), cancellationToken).ConfigureAwait(false);
            tags.AddRange(answer.Tags ?? []);
            request.NextToken = answer.NextToken;
        }
        while (request.NextToken is { Length: > 0 });
        return tags;
    }

    /// <param name="Id">Its ID.</param>
    /// <param name="Build">The UID of its build.</param>
    /// <param name="Target">The target.</param>
    /// <param name="Entry">What the ledger would say of it; null where the build's own finder tells.</param>
    private sealed record Stray(string Id, string Build, string Target, LedgerEntry? Entry);
}
