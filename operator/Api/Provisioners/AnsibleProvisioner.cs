using System.Text.Json;
using ImageOperator.Api.Schema;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Provisioners;

/// <summary>A playbook run where the builder runs; its tasks reach the machine through the engine's own connection.</summary>
public sealed record AnsibleProvisioner : AnsibleRun
{
    /// <summary>The machine's name in the inventory.</summary>
    [Bounds(Min = 1, Max = 63)]
    [Pattern("^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    public string HostName { get; init; } = "default";

    /// <summary>The groups that the machine is in.</summary>
    [Bounds(Max = 64, MaxItemLength = 128)]
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Variables of the machine.</summary>
    [TakesSecrets]
    [FreeForm]
    [Bounds(Max = 256)]
    public IReadOnlyDictionary<string, JsonElement> HostVars { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Variables of groups, by the group's name.</summary>
    [TakesSecrets]
    [FreeForm]
    [Bounds(Max = 64)]
    public IReadOnlyDictionary<string, JsonElement> GroupVars { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>An ansible.cfg of the workspace. What the step itself needs (connection, output, paths) it sets over it.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public string? Config { get; init; }

    private protected override void CheckAll(ErrorList errors, string path)
    {
        base.CheckAll(errors, path);
        PathRules.Inside(errors, Config, $"{path}.config", "the workspace");
        for (var i = 0; i < Groups.Count; i++)
        {
            errors.Require(Groups[i].Length > 0 && Groups[i] is not ("all" or "ungrouped") && Groups[i].All(c => char.IsAsciiLetterOrDigit(c) || c == '_'), $"{path}.groups[{i}]",
                $"\"{SchemaText.Short(Groups[i])}\" is no group's name: use letters, digits and _; all and ungrouped are Ansible's own");
        }

        foreach (var group in GroupVars.Keys.Where(g => g != "all" && !Groups.Contains(g)))
            errors.Add($"{path}.groupVars.{group}", "the machine is not in this group: add it to groups, or remove it");
    }
}
