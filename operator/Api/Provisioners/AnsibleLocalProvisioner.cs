using ImageOperator.Api.Schema;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Provisioners;

/// <summary>A playbook run on the machine itself, by the Ansible that is there.</summary>
public sealed record AnsibleLocalProvisioner : AnsibleRun
{
    /// <summary>The folder of the workspace that is copied to the machine for the run. Unset: the playbook's own.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public string? Folder { get; init; }

    /// <summary>Install Ansible if it is not there; by default the package ansible-core.</summary>
    public ToolInstaller? Installer { get; init; }

    private protected override void CheckAll(ErrorList errors, string path)
    {
        base.CheckAll(errors, path);
        PathRules.Inside(errors, Folder, $"{path}.folder", "the workspace");
        Installer?.Check(errors, $"{path}.installer");
        var folder = Folder ?? (Playbook.Contains('/', StringComparison.Ordinal) ? Playbook[..Playbook.LastIndexOf('/')] : "");
        for (var i = 0; i < ExtraVarsFiles.Count; i++) InFolder(ExtraVarsFiles[i], $"{path}.extraVarsFiles[{i}]");
        InFolder(GalaxyRequirements, $"{path}.galaxyRequirements");
        errors.Require(Folder is null || Playbook.StartsWith(Folder.TrimEnd('/') + "/", StringComparison.Ordinal), $"{path}.playbook", $"is not in folder: begin it with {Folder}/");

        void InFolder(string? file, string at)
        {
            var isIn = file is null || folder.Length == 0 || file.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);
            errors.Require(isIn, at, $"is not in {folder}, the folder that is copied to the machine: begin it with {folder}/, or set folder to one above both");
        }
    }
}
