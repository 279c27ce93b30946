using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Gcp.Labels;

/// <summary>The marks that everything bears from birth. The ledger is for speed, they are the truth.</summary>
internal sealed class BuildLabels(PlatformContext context, IReadOnlyDictionary<string, string>? given)
{
    public const string BuildUid = "imageoperator-build-uid";
    public const string Target = "imageoperator-target";
    public const string Attempt = "imageoperator-attempt";

    /// <summary>The ledger's key, with a dash for each slash.</summary>
    public const string Key = "imageoperator-key";

    /// <summary>The ImagePlatform object; its reaper looks for it.</summary>
    public const string Platform = "imageoperator-platform-uid";

    /// <summary>When it was asked for, in seconds since 1970: labels have no colons.</summary>
    public const string CreatedAt = "imageoperator-created-at";

    /// <summary>It is a result: nobody but its owner removes it.</summary>
    public const string Kept = "imageoperator-kept";

    private readonly BuildIdentity _identity = context.Identity;

    /// <summary>With further labels for everything.</summary>
    public BuildLabels With(IReadOnlyDictionary<string, string>? more) =>
        more is null ? this : new(context, (given ?? new Dictionary<string, string>()).Concat(more).GroupBy(t => t.Key).ToDictionary(t => t.Key, t => t.Last().Value));

    public IReadOnlyDictionary<string, string> Of(string key)
    {
        var labels = new Dictionary<string, string>(given ?? new Dictionary<string, string>())
        {
            [BuildUid] = _identity.Uid,
            [Target] = _identity.Target,
            [Attempt] = _identity.Attempt.ToString(CultureInfo.InvariantCulture),
            [CreatedAt] = context.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            [Key] = Written(key),
        };
        if (context.Platform?.Uid is { } platform) labels[Platform] = platform;
        return labels;
    }

    /// <summary>A name that nothing else has: of this build's target, for a purpose, in this attempt.</summary>
    public static string NameOf(BuildIdentity identity, string purpose)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity.Key)));
        return string.Create(CultureInfo.InvariantCulture, $"imageoperator-{hash[..12]}-{purpose}-{identity.Attempt}");
    }

    /// <summary>Finds what bears the marks of this build's target.</summary>
    public static string Filter(BuildIdentity identity) => $"(labels.{BuildUid} = \"{identity.Uid}\") (labels.{Target} = \"{identity.Target}\")";

    public static string Written(string key) => key.Replace('/', '-');

    public static string? Value(IReadOnlyDictionary<string, string>? labels, string key) => labels?.GetValueOrDefault(key);

    /// <summary>Whether the marks are those of this build's target.</summary>
    public static bool AreOurs(IReadOnlyDictionary<string, string>? labels, BuildIdentity identity) =>
        Value(labels, BuildUid) == identity.Uid && Value(labels, Target) == identity.Target;
}
