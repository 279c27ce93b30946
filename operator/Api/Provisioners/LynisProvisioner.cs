using ImageOperator.Api.Schema;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Provisioners;

/// <summary>Audits the machine with Lynis.</summary>
public sealed record LynisProvisioner : IChecked
{
    /// <summary>A profile of the workspace, over Lynis' own.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public string? ProfileFile { get; init; }

    /// <summary>Tests to leave out: <c>SSH-7408</c>.</summary>
    [Bounds(Max = 256, MaxItemLength = 64)]
    public IReadOnlyList<string> SkipTests { get; init; } = [];

    /// <summary>When the step fails. Unset: never for what is found; it only reports.</summary>
    public LynisGate? Gate { get; init; }

    /// <summary>Install Lynis if it is not there; by default the package lynis.</summary>
    public ToolInstaller? Installer { get; init; }

    void IChecked.Check(ErrorList errors, string path)
    {
        PathRules.Inside(errors, ProfileFile, $"{path}.profileFile", "the workspace");
        Installer?.Check(errors, $"{path}.installer");
        for (var i = 0; i < SkipTests.Count; i++)
        {
            errors.Require(SkipTests[i].Length > 0 && SkipTests[i].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or ':' or '_'), $"{path}.skipTests[{i}]",
                $"\"{SchemaText.Short(SkipTests[i])}\" is no test: write its ID, SSH-7408 for example");
        }
    }
}

/// <summary>When an audit fails the step.</summary>
[Choice(Allowed.AtLeastOne, "minHardeningIndex", "maxWarnings")]
public sealed record LynisGate
{
    /// <summary>The least hardening index.</summary>
    [Bounds(Min = 0, Max = 100)]
    public int? MinHardeningIndex { get; init; }

    /// <summary>How many warnings there may be.</summary>
    [Bounds(Min = 0)]
    public int? MaxWarnings { get; init; }
}
