using System.Text.Json.Serialization;
using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Provisioners;

/// <summary>Packages of the machine's package manager, as they shall be.</summary>
[Choice(Allowed.AtLeastOne, "install", "remove", "upgrade", "repositories")]
public sealed record PackagesProvisioner : IChecked
{
    /// <summary>The package manager. Auto looks which one the machine has.</summary>
    public PackageManager Manager { get; init; } = PackageManager.Auto;

    /// <summary>Packages that shall be there: <c>nginx</c>, or with the manager's way of naming a version <c>nginx=1.26*</c> (apt, zypper, apk) and <c>nginx-1.26.1</c> (dnf).</summary>
    [Bounds(Min = 1, Max = 512, MaxItemLength = 256)]
    public IReadOnlyList<string>? Install { get; init; }

    /// <summary>Packages that shall not be there.</summary>
    [Bounds(Min = 1, Max = 512, MaxItemLength = 256)]
    public IReadOnlyList<string>? Remove { get; init; }

    /// <summary>Whether all installed packages are brought to the repositories' newest versions, before anything is installed.</summary>
    public PackageUpgrade? Upgrade { get; init; }

    /// <summary>Read the repositories' lists first.</summary>
    public bool Update { get; init; } = true;

    /// <summary>Repositories to add, each with the key that signs it.</summary>
    [ListMapKey("name")]
    [Bounds(Min = 1, Max = 32)]
    public IReadOnlyList<PackageRepository>? Repositories { get; init; }

    /// <summary>Install what packages recommend too; apt's and zypper's word.</summary>
    public bool Recommends { get; init; }

    /// <summary>Remove downloaded packages and lists when all is done: the image is smaller.</summary>
    public bool Clean { get; init; } = true;

    /// <summary>How long to wait for another that uses the package manager (cloud-init, unattended upgrades).</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    public Duration LockTimeout { get; init; } = Duration.FromMinutes(5);

    void IChecked.Check(ErrorList errors, string path)
    {
        DurationRules.Positive(errors, LockTimeout, $"{path}.lockTimeout");
        foreach (var (names, field) in new[] { (Install, "install"), (Remove, "remove") })
        {
            for (var i = 0; i < (names?.Count ?? 0); i++)
            {
                errors.Require(names![i].Length > 0 && names[i][0] != '-' && !names[i].Any(char.IsWhiteSpace), $"{path}.{field}[{i}]",
                    $"\"{SchemaText.Short(names[i])}\" is no package: one name per item, without options and blanks");
            }
        }

        for (var i = 0; i < (Repositories?.Count ?? 0); i++) PathRules.Inside(errors, Repositories![i].KeyFile, $"{path}.repositories[{i}].keyFile", "the workspace");
    }
}

/// <summary>A package manager.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PackageManager>))]
public enum PackageManager
{
    /// <summary>The one that the machine has.</summary>
    Auto,

    /// <summary>apt-get, of Debian and Ubuntu.</summary>
    Apt,

    /// <summary>dnf, or yum where there is no dnf: Fedora, Red Hat and its kin, Amazon Linux.</summary>
    Dnf,

    /// <summary>zypper, of SUSE.</summary>
    Zypper,

    /// <summary>apk, of Alpine.</summary>
    Apk,
}

/// <summary>How far installed packages are upgraded.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PackageUpgrade>))]
public enum PackageUpgrade
{
    /// <summary>To the newest versions, without removing packages.</summary>
    Safe,

    /// <summary>To the newest versions, also where others must be removed for it.</summary>
    Full,
}

/// <summary>A repository of packages.</summary>
[Choice(Allowed.AtMostOne, "key", "keyFile")]
public sealed record PackageRepository
{
    /// <summary>The name of its files on the machine.</summary>
    [Bounds(Min = 1, Max = 63)]
    [Pattern(Names.LabelPattern)]
    public required string Name { get; init; }

    /// <summary>Where it is.</summary>
    [Bounds(Min = 1, Max = 2048)]
    [Pattern("^(https?|ftp|file|cdrom|copy):.*$|^\\$\\(.*$|^/.*$")]
    public required string Url { get; init; }

    /// <summary>apt: the suite, <c>bookworm</c>; with a trailing slash a folder, and then there are no components.</summary>
    [Bounds(Min = 1, Max = 128)]
    [Pattern("^[^ ]+$")]
    public string? Suite { get; init; }

    /// <summary>apt: the components.</summary>
    [Bounds(Max = 16, MaxItemLength = 64)]
    public IReadOnlyList<string> Components { get; init; } = [];

    /// <summary>The public key that signs it, ASCII-armoured (apk: PEM). Without a key the repository is used unsigned only if <c>trusted</c> says so.</summary>
    [Bounds(Min = 1, Max = 65536)]
    public string? Key { get; init; }

    /// <summary>The key as a file of the workspace.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public string? KeyFile { get; init; }

    /// <summary>Use it without checking signatures. Only for a repository whose transport you trust; not for apk, which can do so for all repositories only.</summary>
    public bool Trusted { get; init; }

    /// <summary>Remove the repository's files when the step ends, also when it fails.</summary>
    public bool Temporary { get; init; }
}
