using Azure.Core;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Tags;

namespace ImageOperator.Platforms.Azure.Sweep;

/// <summary>Finds what bears this build's marks and is not in the ledger, in the whole subscription.</summary>
internal sealed class StrayFinder(PlatformContext context, MarkedThings things)
{
    public async Task<IReadOnlyList<LedgerEntry>> FindAsync(CancellationToken cancellationToken)
    {
        var marked = await things.FindAsync(BuildTags.BuildUid, context.Identity.Uid, results: true, cancellationToken).ConfigureAwait(false);
        return Order(marked.Where(m => m.Tags.GetValueOrDefault(BuildTags.Target) == context.Identity.Target && m.Key is not null && !IsKnown(m.Id)));
    }

    private bool IsKnown(ResourceIdentifier id) => context.Ledger.Entries.Any(e => string.Equals(e.Id, id.ToString(), StringComparison.OrdinalIgnoreCase));

    /// <summary>In the order of their removal; what is in a group that goes whole goes with it.</summary>
    private List<LedgerEntry> Order(IEnumerable<MarkedThing> marked)
    {
        var all = marked.ToList();
        var groups = all.Where(m => m.Kind == ResourceKind.Group).Select(m => m.Id.ToString()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        // A group that the ledger knows takes its things with it, too.
        groups.UnionWith(context.Ledger.Entries.Where(e => e.Type == ResourceKind.Group.LedgerType && e.Id is not null).Select(e => e.Id!));
        return
        [
            .. all.Where(m => m.Kind == ResourceKind.Group || !groups.Contains(GroupOf(m.Id)))
                .OrderBy(m => ResourceKind.All.ToList().IndexOf(m.Kind))
                .Select(m => new LedgerEntry
                {
                    Key = m.Key!, Type = m.Kind.LedgerType, Id = m.Id.ToString(), Location = m.Location, State = LedgerState.Created, Temporary = true, Attempt = context.Identity.Attempt,
                }),
        ];
    }

    private static string GroupOf(ResourceIdentifier id) => $"/subscriptions/{id.SubscriptionId}/resourceGroups/{id.ResourceGroupName}";
}
