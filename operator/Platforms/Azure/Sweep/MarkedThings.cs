using Azure.Core;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Azure.Calls;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Tags;

namespace ImageOperator.Platforms.Azure.Sweep;

/// <summary>
/// Finds things by a tag: one list of all kinds of resources, and one of groups. Azure's lists that are filtered by a tag do not show any tags: each hit is
/// read by itself.
/// </summary>
internal sealed class MarkedThings(AzureClients clients, AzureCalls calls, IArmResources resources)
{
    private const string Reason = Reasons.MachineFailed;

    /// <param name="tag">The tag that all have in common.</param>
    /// <param name="value">Its value.</param>
    /// <param name="results">Results, too: where nobody wants them they are not even read, for a subscription may have many.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<IReadOnlyList<MarkedThing>> FindAsync(string tag, string value, bool results, CancellationToken cancellationToken)
    {
        var hits = await ListAsync(tag, value, cancellationToken).ConfigureAwait(false);
        if (!results && hits.Count > 0) hits = [.. hits.Except(await ListAsync(BuildTags.Kept, BuildTags.IsKept, cancellationToken).ConfigureAwait(false))];
        var found = new List<MarkedThing>();
        foreach (var hit in hits)
        {
            // A list may lag behind: what is gone, or bears the tag no more, is none.
            if (await ReadAsync(hit, cancellationToken).ConfigureAwait(false) is { } thing && thing.Tags.GetValueOrDefault(tag) == value) found.Add(thing);
        }

        return found;
    }

    private async Task<List<Hit>> ListAsync(string tag, string value, CancellationToken cancellationToken)
    {
        var filter = $"tagName eq '{tag}' and tagValue eq '{value}'";
        var found = await calls.RunAsync(new AzureCall("Microsoft.Resources/subscriptions/resources/read", Reason), async t =>
        {
            var all = new List<Hit>();
            await foreach (var one in clients.Subscription.GetGenericResourcesAsync(filter, cancellationToken: t).ConfigureAwait(false))
            {
                if (ResourceKind.Of(one.Id.ResourceType) is { } kind) all.Add(new(one.Id.ToString(), kind));
            }

            return all;
        }, cancellationToken).ConfigureAwait(false);
        var groups = await calls.RunAsync(ResourceKind.Group.Read(Reason), async t =>
        {
            var all = new List<Hit>();
            await foreach (var one in clients.Subscription.GetResourceGroups().GetAllAsync(filter, cancellationToken: t).ConfigureAwait(false)) all.Add(new(one.Id.ToString(), ResourceKind.Group));
            return all;
        }, cancellationToken).ConfigureAwait(false);
        return [.. found, .. groups];
    }

    private async Task<MarkedThing?> ReadAsync(Hit hit, CancellationToken cancellationToken)
    {
        var id = new ResourceIdentifier(hit.Id);
        if (hit.Kind != ResourceKind.Group)
        {
            return await resources.ReadAsync(hit.Kind.Read(Reason), id, cancellationToken).ConfigureAwait(false) is { } found ? new(id, hit.Kind, found.Location, found.Tags) : null;
        }

        try
        {
            var group = await calls.RunAsync(ResourceKind.Group.Read(Reason), t => clients.Arm.GetResourceGroupResource(id).GetAsync(t), cancellationToken).ConfigureAwait(false);
            return new(id, ResourceKind.Group, group.Value.Data.Location.Name, new Dictionary<string, string>(group.Value.Data.Tags));
        }
        catch (PlatformException e) when (AzureErrors.IsGone(e))
        {
            return null;
        }
    }

    private sealed record Hit(string Id, ResourceKind Kind);
}

/// <summary>Something that bears marks.</summary>
internal sealed record MarkedThing(ResourceIdentifier Id, ResourceKind Kind, string? Location, IReadOnlyDictionary<string, string> Tags)
{
    public string? Key => Tags.GetValueOrDefault(BuildTags.Key);
}
