using Amazon.EC2;
using Amazon.EC2.Model;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Aws.Tags;

/// <summary>The marks that everything bears from birth. The ledger is for speed, they are the truth.</summary>
internal sealed class BuildTags(BuildIdentity identity, IReadOnlyDictionary<string, string>? given)
{
    public const string BuildUid = "imageoperator.dev/build-uid";
    public const string Target = "imageoperator.dev/target";
    public const string Attempt = "imageoperator.dev/attempt";
    public const string Key = "imageoperator.dev/key";

    /// <summary>With further tags for everything.</summary>
    public BuildTags With(IReadOnlyDictionary<string, string>? more) =>
        more is null ? this : new(identity, (given ?? new Dictionary<string, string>()).Concat(more).GroupBy(t => t.Key).ToDictionary(t => t.Key, t => t.Last().Value));

    /// <summary>For one request: what is made, by which ledger key.</summary>
    public List<TagSpecification> Specifications(string key, string name, params ResourceType[] types) =>
        [.. types.Select(t => new TagSpecification { ResourceType = t, Tags = Of(key, name) })];

    public List<Tag> Of(string key, string name)
    {
        var tags = new Dictionary<string, string> { ["Name"] = name };
        foreach (var (tag, value) in given ?? new Dictionary<string, string>()) tags[tag] = value;
        tags[BuildUid] = identity.Uid;
        tags[Target] = identity.Target;
        tags[Attempt] = identity.Attempt.ToString(System.Globalization.CultureInfo.InvariantCulture);
        tags[Key] = key;
        return [.. tags.Select(t => new Tag(t.Key, t.Value))];
    }

    /// <summary>Finds what bears the marks of this build's target and a ledger key.</summary>
    public static List<Filter> Filters(BuildIdentity identity, string key) =>
    [
        new($"tag:{BuildUid}", [identity.Uid]),
        new($"tag:{Target}", [identity.Target]),
        new($"tag:{Key}", [key]),
    ];

    public static string? Value(IEnumerable<Tag>? tags, string key) => tags?.FirstOrDefault(t => t.Key == key)?.Value;

    /// <summary>Whether the marks are those of this build's target.</summary>
    public static bool AreOurs(IEnumerable<Tag>? tags, BuildIdentity identity) =>
        Value(tags, BuildUid) == identity.Uid && Value(tags, Target) == identity.Target;
}
