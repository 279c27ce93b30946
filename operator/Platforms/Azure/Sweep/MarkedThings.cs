using Azure.Core;
using ImageOperator.Api.Conditions;
using ImageOperator.Platforms.Azure.Calls;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Tags;

namespace ImageOperator.Platforms.Azure.Sweep;

/// <summary>Finds things by a tag: one call for all kinds of resources, and one for groups.</summary>
internal sealed class MarkedThings(AzureClients clients, AzureCalls calls)
{
    private const string Reason = Reasons.MachineFailed;

    public async Task<IReadOnlyList<MarkedThing>> FindAsync(string tag, string value, CancellationToken cancellationToken)
    {
        var filter = $"tagName eq '{tag}' and tagValue eq '{value}'";
        var found = await calls.RunAsync(new AzureCall("Microsoft.Resources/subscriptions/resources/read", Reason), async t =>
        {
            var all = new List<MarkedThing>();
            await foreach (var one in clients.Subscription.GetGenericResourcesAsync(filter, cancellationToken: t).ConfigureAwait(false))
            {
                if (ResourceKind.Of(one.Id.ResourceType) is { } kind) all.Add(new(one.Id, kind, one.Data.Location.Name, new Dictionary<string, string>(one.Data.Tags)));
            }

            return all;
        }, cancellationToken).ConfigureAwait(false);
        var groups = await calls.RunAsync(ResourceKind.Group.Read(Reason), async t =>
        {
            var all = new List<MarkedThing>();
            await foreach (var one in clients.Subscription.GetResourceGroups().GetAllAsync(filter, cancellationToken: t).ConfigureAwait(false))
            {
                all.Add(new(one.Id, ResourceKind.Group, one.Data.Location.Name, new Dictionary<string, string>(one.Data.Tags)));
            }

            return all;
        }, cancellationToken).ConfigureAwait(false);
        return [.. found, .. groups];
    }
}

/// <summary>Something that bears marks.</summary>
internal sealed record MarkedThing(ResourceIdentifier Id, ResourceKind Kind, string? Location, IReadOnlyDictionary<string, string> Tags)
{
    public string? Key => Tags.GetValueOrDefault(BuildTags.Key);
}
