using System.Globalization;
using Amazon.EC2;
using Amazon.EC2.Model;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Aws.Tags;

/// <summary>The marks that everything bears from birth. The ledger is for speed, they are the truth.</summary>
internal sealed class BuildTags(PlatformContext context, IReadOnlyDictionary<string, string>? given)
{
    public const string BuildUid = "imageoperator.dev/build-uid";
    public const string Target = "imageoperator.dev/target";
    public const string Attempt = "imageoperator.dev/attempt";
    public const string Key = "imageoperator.dev/key";

    /// <summary>The ImagePlatform object; its reaper looks for it.</summary>
    public const string Platform = "imageoperator.dev/platform-uid";

    /// <summary>When it was asked for.</summary>
    public const string CreatedAt = "imageoperator.dev/created-at";

    /// <summary>It is a result: nobody but its owner removes it.</summary>
    public const string Kept = "imageoperator.dev/kept";

    /// <summary>It stands in the place of another AMI, which is gone: it stays even if its build fails.</summary>
    public const string Replaces = "imageoperator.dev/replaces";

    private readonly BuildIdentity _identity = context.Identity;

    /// <summary>With further tags for everything.</summary>
    public BuildTags With(IReadOnlyDictionary<string, string>? more) =>
        more is null ? this : new(context, (given ?? new Dictionary<string, string>()).Concat(more).GroupBy(t => t.Key).ToDictionary(t => t.Key, t => t.Last().Value));

    /// <summary>For one request: what is made, by which ledger key.</summary>
    public List<TagSpecification> Specifications(string key, string name, params ResourceType[] types) => Specifications(key, name, Birth, types);

    /// <summary>For a request that may repeat an earlier attempt's: it must say the same.</summary>
    public List<TagSpecification> Specifications(string key, string name, Birth birth, params ResourceType[] types) =>
        [.. types.Select(t => new TagSpecification { ResourceType = t, Tags = Of(key, name, birth) })];

    /// <summary>Born now, of this attempt.</summary>
    public Birth Birth => new(_identity.Attempt, context.Time.GetUtcNow());

    /// <summary>The tags of something that this attempt makes now.</summary>
    public IReadOnlyList<Tag> All(string key, string name) => Of(key, name, Birth);

    private List<Tag> Of(string key, string name, Birth birth)
    {
        var tags = new Dictionary<string, string> { ["Name"] = name };
        foreach (var (tag, value) in given ?? new Dictionary<string, string>()) tags[tag] = value;
        tags[BuildUid] = _identity.Uid;
        tags[Target] = _identity.Target;
        tags[Attempt] = birth.Attempt.ToString(CultureInfo.InvariantCulture);
        tags[CreatedAt] = birth.Time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        tags[Key] = key;
        if (context.Platform?.Uid is { } platform) tags[Platform] = platform;
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

/// <summary>When something was asked for, and by which attempt.</summary>
internal sealed record Birth(int Attempt, DateTimeOffset Time)
{
    public override string ToString() => $"{Attempt.ToString(CultureInfo.InvariantCulture)} {Time.ToString("O", CultureInfo.InvariantCulture)}";

    public static Birth? Parse(string? text) =>
        text?.Split(' ') is [var attempt, var time] && int.TryParse(attempt, CultureInfo.InvariantCulture, out var number) && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out var at)
            ? new(number, at)
            : null;
}
