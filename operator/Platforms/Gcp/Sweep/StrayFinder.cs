using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Labels;
using ImageOperator.Platforms.Gcp.Machines;
using ImageOperator.Platforms.Gcp.Sources;

namespace ImageOperator.Platforms.Gcp.Sweep;

/// <summary>Finds what bears marks: one call for each kind of thing, in all zones.</summary>
internal sealed class StrayFinder(string project, ICompute compute, GcpCalls calls, GcpImages images)
{
    private const string Reason = Reasons.MachineFailed;

    /// <summary>What bears this build's marks and is not in the ledger. Machines first: their disks go with them.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> FindAsync(PlatformContext context, CancellationToken cancellationToken)
    {
        var known = context.Ledger.Entries.Select(e => BuildLabels.Written(e.Key)).ToHashSet();
        var marked = await ListAsync(BuildLabels.Filter(context.Identity), cancellationToken).ConfigureAwait(false);
        return [.. marked.Where(m => !known.Contains(BuildLabels.Value(m.Labels, BuildLabels.Key) ?? "")).Select(m => m.ToEntry(context.Identity.Attempt))];
    }

    /// <summary>Everything that a filter finds.</summary>
    public async Task<IReadOnlyList<Marked>> ListAsync(string filter, CancellationToken cancellationToken)
    {
        var all = new List<Marked>();
        for (string? page = null; ;)
        {
            var from = page;
            var answer = await calls.RunAsync("compute.instances.aggregatedList", Reason, t => compute.ListInstancesAsync(project, filter, from, t), cancellationToken).ConfigureAwait(false);
            foreach (var i in (answer.Items ?? new Dictionary<string, GceInstances>()).Values.SelectMany(z => z.Instances ?? [])) all.Add(new(ResourceTypes.Instance, GcpLink.Parse(i.SelfLink!), i.Labels));
            if ((page = answer.NextPageToken) is not { Length: > 0 }) break;
        }

        foreach (var i in await images.ListAsync(project, filter, Reason, cancellationToken).ConfigureAwait(false)) all.Add(new(ResourceTypes.Image, GcpLink.Parse(i.SelfLink!), i.Labels));
        var machines = all.Where(m => m.Type == ResourceTypes.Instance).Select(m => (m.Link.Zone, m.Link.Name)).ToHashSet();
        for (string? page = null; ;)
        {
            var from = page;
            var answer = await calls.RunAsync("compute.disks.aggregatedList", Reason, t => compute.ListDisksAsync(project, filter, from, t), cancellationToken).ConfigureAwait(false);
            foreach (var d in (answer.Items ?? new Dictionary<string, GceDisks>()).Values.SelectMany(z => z.Disks ?? []))
            {
                // A machine's disk has its name, and goes with it.
                var link = GcpLink.Parse(d.SelfLink!);
                if (!machines.Contains((link.Zone, link.Name))) all.Add(new(ResourceTypes.Disk, link, d.Labels));
            }

            if ((page = answer.NextPageToken) is not { Length: > 0 }) break;
        }

        return all;
    }
}

/// <summary>Something that bears marks.</summary>
internal sealed record Marked(string Type, GcpLink Link, IReadOnlyDictionary<string, string>? Labels)
{
    public LedgerEntry ToEntry(int attempt) => new()
    {
        Key = BuildLabels.Value(Labels, BuildLabels.Key) ?? Link.Name,
        Type = Type,
        Id = Link.ToString(),
        Location = Link.Zone ?? "global",
        State = LedgerState.Created,
        Temporary = true,
        Attempt = attempt,
    };
}
