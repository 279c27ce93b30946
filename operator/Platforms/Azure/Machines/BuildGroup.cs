using Azure;
using Azure.Core;
using Azure.ResourceManager.Resources;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Calls;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Tags;

namespace ImageOperator.Platforms.Azure.Machines;

/// <summary>
/// Where the things of a machine are made. In a resource group of the build's own they need no entries in the ledger: the group has one, and is removed
/// whole. In a given one each thing has its entry.
/// </summary>
internal sealed class BuildGroup
{
    private const string Reason = Reasons.MachineFailed;

    private readonly IArmResources _resources;
    private readonly Maker _maker;
    private readonly BuildTags _tags;
    private readonly string _location;

    private BuildGroup(ResourceIdentifier id, bool temporary, string location, IArmResources resources, Maker maker, BuildTags tags) =>
        (Id, IsTemporary, _location, _resources, _maker, _tags) = (id, temporary, location, resources, maker, tags);

    public ResourceIdentifier Id { get; }

    public bool IsTemporary { get; }

    public static async Task<BuildGroup> OpenAsync(
        AzureTarget target, string purpose, MachineNames names, AzureClients clients, AzureCalls calls, IArmResources resources, Maker maker, BuildTags tags, CancellationToken cancellationToken)
    {
        var location = clients.Access.Location;
        if (target.ResourceGroup is { } given) return new(ArmId.Group(clients.Access.SubscriptionId, given), temporary: false, location, resources, maker, tags);
        var id = ArmId.Group(clients.Access.SubscriptionId, names.Group);
        var key = $"{purpose}/resource-group";
        var data = new ResourceGroupData(clients.Location);
        foreach (var (name, value) in tags.Of(key)) data.Tags[name] = value;
        await maker.MakeAsync(new ResourceIntent(key, ResourceKind.Group.LedgerType, id.ToString(), Location: location), ResourceKind.Group.Write(Reason), async call =>
        {
            await calls.RunAsync(call, t => clients.Subscription.GetResourceGroups().CreateOrUpdateAsync(WaitUntil.Started, names.Group, data, t), cancellationToken).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        return new(id, temporary: true, location, resources, maker, tags);
    }

    public ResourceIdentifier IdOf(ResourceKind kind, string name) => ArmId.Of(Id, kind.ArmType, name);

    /// <summary>Makes a thing in the group.</summary>
    /// <param name="key">Its key in the ledger.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="properties">For its entry.</param>
    /// <param name="create">Makes it, with its tags.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    public async Task<ResourceIdentifier> MakeAsync(
        string key, ResourceKind kind, string name, IReadOnlyDictionary<string, string>? properties, Func<AzureCall, ResourceIdentifier, Dictionary<string, string>, Task> create,
        CancellationToken cancellationToken)
    {
        var id = IdOf(kind, name);
        var tags = _tags.Of(key);
        // A group that was made a moment ago may not be known everywhere.
        var call = kind.Write(Reason) with { OfWhatWasJustMade = true };
        if (IsTemporary) await create(call, id, tags).ConfigureAwait(false);
        else await _maker.MakeAsync(new ResourceIntent(key, kind.LedgerType, id.ToString(), properties, _location), call, c => create(c, id, tags), cancellationToken).ConfigureAwait(false);
        return id;
    }

    /// <summary>Makes a thing of properties and no more.</summary>
    public Task<ResourceIdentifier> PutAsync(
        string key, ResourceKind kind, string name, System.Text.Json.Nodes.JsonObject properties, AdaptiveWait wait, CancellationToken cancellationToken, string? sku = null) =>
        MakeAsync(key, kind, name, null, (call, id, tags) => _resources.PutAsync(call, id, new(_location, properties, tags, sku), wait, cancellationToken), cancellationToken);
}
