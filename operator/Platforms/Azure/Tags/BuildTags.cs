using System.Globalization;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Azure.Tags;

/// <summary>The marks that everything bears from birth. The ledger is for speed, they are the truth. Azure takes no slash in a tag's name.</summary>
internal sealed class BuildTags(PlatformContext context, IReadOnlyDictionary<string, string>? given)
{
    public const string BuildUid = "imageoperator-build-uid";
    public const string Target = "imageoperator-target";
    public const string Attempt = "imageoperator-attempt";
    public const string Key = "imageoperator-key";

    /// <summary>The ImagePlatform object; its reaper looks for it.</summary>
    public const string Platform = "imageoperator-platform-uid";

    /// <summary>When it was asked for.</summary>
    public const string CreatedAt = "imageoperator-created-at";

    /// <summary>It is a result: nobody but its owner removes it.</summary>
    public const string Kept = "imageoperator-kept";

    /// <summary>On a snapshot: the blob that its disk is copied to, which bears no tags that can be searched for.</summary>
    public const string Vhd = "imageoperator-vhd";

    /// <summary>The longest value that Azure takes.</summary>
    public const int LongestValue = 256;

    /// <summary>The value of <see cref="Kept"/>.</summary>
    public const string IsKept = "true";

    /// <summary>With further tags for everything.</summary>
    public BuildTags With(IReadOnlyDictionary<string, string>? more) =>
        more is null ? this : new(context, (given ?? new Dictionary<string, string>()).Concat(more).GroupBy(t => t.Key, StringComparer.OrdinalIgnoreCase).ToDictionary(t => t.Last().Key, t => t.Last().Value));

    public Dictionary<string, string> Of(string key)
    {
        var tags = new Dictionary<string, string>();
        foreach (var (tag, value) in given ?? new Dictionary<string, string>()) tags[tag] = value;
        tags[BuildUid] = context.Identity.Uid;
        tags[Target] = context.Identity.Target;
        tags[Attempt] = context.Identity.Attempt.ToString(CultureInfo.InvariantCulture);
        tags[CreatedAt] = context.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        tags[Key] = key;
        if (context.Platform?.Uid is { } platform) tags[Platform] = platform;
        return tags;
    }

    /// <summary>Whether the marks are those of this build's target.</summary>
    public static bool AreOurs(IReadOnlyDictionary<string, string> tags, BuildIdentity identity) =>
        tags.GetValueOrDefault(BuildUid) == identity.Uid && tags.GetValueOrDefault(Target) == identity.Target;
}
