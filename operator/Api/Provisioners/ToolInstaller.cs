using ImageOperator.Api.Schema;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Provisioners;

/// <summary>How a tool comes onto the machine if it is not there. Empty: by the packages that the kind's page names.</summary>
[Choice(Allowed.AtMostOne, "packages", "script")]
public sealed record ToolInstaller
{
    /// <summary>Packages of the machine's package manager.</summary>
    [Bounds(Min = 1, Max = 64, MaxItemLength = 256)]
    public IReadOnlyList<string>? Packages { get; init; }

    /// <summary>A script of the workspace, run as root.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public string? Script { get; init; }

    internal void Check(ErrorList errors, string path) => PathRules.Inside(errors, Script, $"{path}.script", "the workspace");
}
