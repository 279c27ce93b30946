using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Machines;
using ImageOperator.Platforms.Aws.Tags;

namespace ImageOperator.Platforms.Aws.Sweep;

/// <summary>Finds what bears this build's marks and is not in the ledger: one call for all kinds of things, in each region of the target.</summary>
internal sealed class StrayFinder(PlatformContext context, AwsTarget target, AwsClients clients, AwsCalls calls)
{
    private static readonly Dictionary<string, string> Types = new()
    {
        ["instance"] = ResourceTypes.Instance,
        ["image"] = ResourceTypes.Image,
        ["snapshot"] = ResourceTypes.Snapshot,
        ["volume"] = ResourceTypes.Volume,
        ["security-group"] = ResourceTypes.SecurityGroup,
        ["key-pair"] = ResourceTypes.KeyPair,
    };

    /// <summary>Machines first: groups and volumes go after them. The engine removes in this order.</summary>
    private static readonly string[] Order =
        [ResourceTypes.Instance, ResourceTypes.Image, ResourceTypes.Snapshot, ResourceTypes.Volume, ResourceTypes.SecurityGroup, ResourceTypes.KeyPair];

    public async Task<IReadOnlyList<LedgerEntry>> FindAsync(CancellationToken cancellationToken)
    {
        var strays = new List<LedgerEntry>();
        foreach (var region in AwsPlace.All(target.Image, clients.Region))
        {
            strays.AddRange(await FindAsync(region, cancellationToken).ConfigureAwait(false));
        }

        return [.. strays.OrderBy(s => Array.IndexOf(Order, s.Type))];
    }

    private async Task<List<LedgerEntry>> FindAsync(string region, CancellationToken cancellationToken)
    {
        var marked = await ReadAsync(region, [new("key", [BuildTags.BuildUid]), new("value", [context.Identity.Uid])], cancellationToken).ConfigureAwait(false);
        var ids = marked.Where(m => Types.ContainsKey(m.ResourceType?.Value ?? "")).Select(m => m.ResourceId).Distinct().ToList();
        var strays = new List<LedgerEntry>();
        foreach (var some in ids.Chunk(200))
        {
            var tags = await ReadAsync(region, [new("resource-id", [.. some])], cancellationToken).ConfigureAwait(false);
            strays.AddRange(tags.GroupBy(t => t.ResourceId).Select(t => Describe(region, t)).OfType<LedgerEntry>());
        }

        var ended = await FindEndedAsync(region, [.. strays.Where(s => s.Type == ResourceTypes.Instance).Select(s => s.Id!)], cancellationToken).ConfigureAwait(false);
        return [.. strays.Where(s => !ended.Contains(s.Id!))];
    }

    private LedgerEntry? Describe(string region, IGrouping<string, TagDescription> tags)
    {
        string? Of(string key) => tags.FirstOrDefault(t => t.Key == key)?.Value;
        if (Of(BuildTags.Target) != context.Identity.Target || Of(BuildTags.Key) is not { } key || Of(BuildTags.Replaces) is not null || context.Ledger.Find(key) is not null) return null;
        var type = Types[tags.First().ResourceType.Value];
        return new() { Key = key, Type = type, Id = tags.Key, Location = region, State = LedgerState.Created, Temporary = true, Attempt = context.Identity.Attempt };
    }

    /// <summary>Instances are shown, tags and all, for an hour after their end.</summary>
    private async Task<HashSet<string>> FindEndedAsync(string region, List<string> instances, CancellationToken cancellationToken)
    {
        if (instances.Count == 0) return [];
        var filters = new List<Filter> { new("instance-id", instances), new("instance-state-name", ["terminated"]) };
        var answer = await calls.RunAsync(
            AwsCall.Ec2("DescribeInstances", Reasons.MachineFailed), t => clients.Ec2(region).DescribeInstancesAsync(new() { Filters = filters }, t), cancellationToken).ConfigureAwait(false);
        return [.. (answer.Reservations ?? []).SelectMany(r => r.Instances ?? []).Select(i => i.InstanceId)];
    }

    private async Task<List<TagDescription>> ReadAsync(string region, List<Filter> filters, CancellationToken cancellationToken)
    {
        var (tags, request) = (new List<TagDescription>(), new DescribeTagsRequest { Filters = filters });
        do
        {
            var answer = await calls.RunAsync(AwsCall.Ec2("DescribeTags", Reasons.MachineFailed), t => clients.Ec2(region).DescribeTagsAsync(request, t), cancellationToken).ConfigureAwait(false);
            tags.AddRange(answer.Tags ?? []);
            request.NextToken = answer.NextToken;
        }
        while (request.NextToken is { Length: > 0 });
        return tags;
    }
}
