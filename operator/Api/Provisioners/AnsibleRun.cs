using System.Text.Json;
using ImageOperator.Api.Schema;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Provisioners;

/// <summary>What the two ways of running Ansible have in common.</summary>
public abstract record AnsibleRun : IChecked
{
    /// <summary>The playbook, a file of the workspace. Roles and files beside it are found as usual.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public required string Playbook { get; init; }

    /// <summary>Variables that win over all others. Written to a file that its owner alone can read, never to a command line.</summary>
    [TakesSecrets]
    [FreeForm]
    [Bounds(Max = 256)]
    public IReadOnlyDictionary<string, JsonElement> ExtraVars { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Files of the workspace with such variables, YAML or JSON, encrypted by ansible-vault or not.</summary>
    [Bounds(Max = 32, MaxItemLength = 1024)]
    public IReadOnlyList<string> ExtraVarsFiles { get; init; } = [];

    /// <summary>Passwords of ansible-vault by vault ID; <c>default</c> for files without one. Usually <c>$(params.NAME)</c> of a Secret.</summary>
    [TakesSecrets]
    [Bounds(Max = 16, MaxItemLength = 4096)]
    public IReadOnlyDictionary<string, string> VaultPasswords { get; init; } = new Dictionary<string, string>();

    /// <summary>Only tasks of these tags.</summary>
    [Bounds(Max = 64, MaxItemLength = 128)]
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>No tasks of these tags.</summary>
    [Bounds(Max = 64, MaxItemLength = 128)]
    public IReadOnlyList<string> SkipTags { get; init; } = [];

    /// <summary>A requirements file of the workspace: its roles and collections are installed before the playbook, for this step only.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public string? GalaxyRequirements { get; init; }

    /// <summary>Become another user in all plays, by sudo without a password.</summary>
    public bool Become { get; init; }

    /// <summary>Whom to become.</summary>
    [Bounds(Min = 1, Max = 32)]
    [Pattern("^[a-z_][a-z0-9_-]*$")]
    public string BecomeUser { get; init; } = "root";

    /// <summary>Only tell what would be changed (<c>--check --diff</c>).</summary>
    public bool CheckMode { get; init; }

    /// <summary>How much Ansible prints: 0 to 4, as many <c>-v</c>.</summary>
    [Bounds(Min = 0, Max = 4)]
    public int Verbosity { get; init; }

    /// <summary>More arguments of ansible-playbook.</summary>
    [Bounds(Max = 64, MaxItemLength = 1024)]
    public IReadOnlyList<string> Arguments { get; init; } = [];

    void IChecked.Check(ErrorList errors, string path) => CheckAll(errors, path);

    private protected virtual void CheckAll(ErrorList errors, string path)
    {
        PathRules.Inside(errors, Playbook, $"{path}.playbook", "the workspace");
        PathRules.Inside(errors, GalaxyRequirements, $"{path}.galaxyRequirements", "the workspace");
        for (var i = 0; i < ExtraVarsFiles.Count; i++) PathRules.Inside(errors, ExtraVarsFiles[i], $"{path}.extraVarsFiles[{i}]", "the workspace");
        foreach (var id in VaultPasswords.Keys)
        {
            errors.Require(id.Length is > 0 and <= 63 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'), $"{path}.vaultPasswords.{id}",
                $"\"{SchemaText.Short(id)}\" is no vault ID: use letters, digits, _ and -");
        }

        for (var i = 0; i < Arguments.Count; i++)
        {
            var name = Arguments[i].Split('=')[0];
            errors.Require(!Owned.Contains(name), $"{path}.arguments[{i}]", $"{name} has a field of its own: set that, or leave it to the step");
        }
    }

    private static readonly string[] Owned =
        ["-i", "--inventory", "-e", "--extra-vars", "--vault-id", "--vault-password-file", "--ask-vault-pass", "-t", "--tags", "--skip-tags", "-c", "--connection", "-K", "--ask-become-pass", "-k", "--ask-pass"];
}
