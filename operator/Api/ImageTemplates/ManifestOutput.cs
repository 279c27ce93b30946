using ImageOperator.Api.Schema;
using ImageOperator.Api.Substitution;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>Where the manifest of all artifacts is written when a build has succeeded.</summary>
public sealed record ManifestOutput
{
    private const string NameExpression = "$(" + KnownNames.BuildName + ")";

    /// <summary>
    /// The ConfigMap, in the build's namespace; <c>$(build.name)</c> stands for the build's name. It belongs to the build, and goes with it. Under a name
    /// that several builds have, the one that ended last is found. A ConfigMap that is no manifest is never touched.
    /// </summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern("^([a-z0-9]|\\$\\(build\\.name\\))(([-a-z0-9.]|\\$\\(build\\.name\\))*([a-z0-9]|\\$\\(build\\.name\\)))?$")]
    public required string ConfigMapName { get; init; }

    /// <summary>The ConfigMap's name for a build.</summary>
    public string NameFor(string build) => ConfigMapName.Replace(NameExpression, build, StringComparison.Ordinal);
}
