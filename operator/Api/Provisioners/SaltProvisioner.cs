using System.Text.Json;
using ImageOperator.Api.Schema;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Provisioners;

/// <summary>Converges the machine with Salt, without a master.</summary>
[Choice(Allowed.AtMostOne, "pillar", "pillarRoot")]
public sealed record SaltProvisioner : IChecked
{
    /// <summary>The folder of states in the workspace.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public required string StateTree { get; init; }

    /// <summary>The states to apply; all of top.sls if empty.</summary>
    [Bounds(Max = 128, MaxItemLength = 256)]
    public IReadOnlyList<string> States { get; init; } = [];

    /// <summary>The pillar's values. Written to a file that its owner alone can read.</summary>
    [TakesSecrets]
    [FreeForm]
    [Bounds(Max = 256)]
    public IReadOnlyDictionary<string, JsonElement>? Pillar { get; init; }

    /// <summary>The pillar's folder in the workspace.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public string? PillarRoot { get; init; }

    /// <summary>A minion's configuration of the workspace, over which the step sets its own folders.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public string? MinionConfig { get; init; }

    /// <summary>Only tell what would be changed (<c>test=True</c>).</summary>
    public bool Test { get; init; }

    /// <summary>Install Salt if it is not there; by default the package salt-minion.</summary>
    public ToolInstaller? Installer { get; init; }

    void IChecked.Check(ErrorList errors, string path)
    {
        PathRules.Inside(errors, StateTree, $"{path}.stateTree", "the workspace");
        PathRules.Inside(errors, PillarRoot, $"{path}.pillarRoot", "the workspace");
        PathRules.Inside(errors, MinionConfig, $"{path}.minionConfig", "the workspace");
        Installer?.Check(errors, $"{path}.installer");
        for (var i = 0; i < States.Count; i++)
        {
            errors.Require(States[i].Length > 0 && States[i].All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'), $"{path}.states[{i}]",
                $"\"{SchemaText.Short(States[i])}\" is no state: write nginx, or web.nginx");
        }
    }
}
