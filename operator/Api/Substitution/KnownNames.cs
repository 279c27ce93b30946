namespace ImageOperator.Api.Substitution;

/// <summary>The names that <c>$(…)</c> knows beside parameters: the one table of them.</summary>
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

    /// <summary>The platform's ID of the source image; not known in targets.</summary>
    public const string SourceId = "source.id";

    /// <summary>The folder of the workspace.</summary>
    public const string WorkspacePath = "workspace.path";

    /// <summary>What stands before a parameter's name.</summary>
    public const string ParameterPrefix = "params.";

    /// <summary>All names but those of parameters.</summary>
    public static IReadOnlyList<string> All { get; } = [BuildId, BuildName, BuildTime, TargetName, SourceId, WorkspacePath];

    /// <summary>The name under which a parameter is used.</summary>
    public static string Parameter(string name) => ParameterPrefix + name;
}
