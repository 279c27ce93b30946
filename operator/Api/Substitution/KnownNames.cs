namespace ImageOperator.Api.Substitution;

/// <summary>The names that <c>$(…)</c> knows beside parameters and look-ups: the one table of them.</summary>
public static class KnownNames
{
    /// <summary>The ID of the build: its UID in a cluster.</summary>
    public const string BuildId = "build.id";

    /// <summary>The build's name.</summary>
    public const string BuildName = "build.name";

    /// <summary>When the build started, as <c>20260131T235959Z</c>: fit for file names.</summary>
    public const string BuildTime = "build.time";

    /// <summary>The target's name.</summary>
    public const string TargetName = "target.name";

    /// <summary>The kind of the target's platform: <c>qemu</c>, <c>aws</c>.</summary>
    public const string TargetPlatform = "target.platform";

    /// <summary>The platform's ID of the source image; not known in targets.</summary>
    public const string SourceId = "source.id";

    /// <summary>The source image's name; not known in targets.</summary>
    public const string SourceName = "source.name";

    /// <summary>The source image's digest; not known in targets.</summary>
    public const string SourceDigest = "source.digest";

    /// <summary>The folder of the workspace.</summary>
    public const string WorkspacePath = "workspace.path";

    /// <summary>The password that the platform had the machine make for its administrator; null where there is none. Sensitive; known in provisioners and tests.</summary>
    public const string MachinePassword = "machine.password";

    /// <summary>What stands before a parameter's name.</summary>
    public const string ParameterPrefix = "params.";

    /// <summary>What stands before a look-up's name.</summary>
    public const string LookupPrefix = "lookups.";

    private const string SourcePrefix = "source.";

    /// <summary>All names but those of parameters and look-ups.</summary>
    public static IReadOnlyList<string> All { get; } = [BuildId, BuildName, BuildTime, TargetName, TargetPlatform, SourceId, SourceName, SourceDigest, WorkspacePath, MachinePassword];

    /// <summary>The name under which a parameter is used.</summary>
    public static string Parameter(string name) => ParameterPrefix + name;

    /// <summary>The name under which a look-up is used.</summary>
    public static string Lookup(string name) => LookupPrefix + name;

    /// <summary>Whether the name is one that the template declares.</summary>
    public static bool IsDeclared(string name) => name.StartsWith(ParameterPrefix, StringComparison.Ordinal) || name.StartsWith(LookupPrefix, StringComparison.Ordinal);

    /// <summary>Whether the name is known only when the source image is.</summary>
    public static bool IsOfSource(string name) => name.StartsWith(SourcePrefix, StringComparison.Ordinal);
}
