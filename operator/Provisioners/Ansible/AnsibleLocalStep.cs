using System.Text;
using System.Text.Json;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Scripts;
using ImageOperator.Provisioners.Tools;

namespace ImageOperator.Provisioners.Ansible;

/// <summary>Runs a playbook on the machine.</summary>
internal sealed class AnsibleLocalStep(AnsibleLocalProvisioner spec) : IProvisioner
{
    private const string Run = """
        set -e
        cd "$IO_FOLDER/workspace"
        [ -z "$IO_GALAXY" ] || (cd "$(dirname "$IO_GALAXY")" && ansible-galaxy install -r "$(basename "$IO_GALAXY")")
        exec ansible-playbook -i localhost, -c local "$@"
        """;

    public async Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        var tool = await ToolSetup.EnsureAsync(context, spec.Installer, "ansible-playbook", ["ansible-core"], cancellationToken).ConfigureAwait(false);
        return await GuestFolder.UseAsync(context, guest => RunAsync(context, tool, guest, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task<int?> RunAsync(ProvisionContext context, string tool, GuestFolder guest, CancellationToken cancellationToken)
    {
        var root = (spec.Folder ?? Path.GetDirectoryName(spec.Playbook) ?? "").TrimEnd('/');
        var log = new TaskLog(context);
        var workspace = root.Length == 0 ? context.Folders.Workspace : WorkspaceFiles.Find(context.Folders.Workspace, root, "folder");
        WorkspaceFiles.Find(context.Folders.Workspace, spec.Playbook, "playbook");
        foreach (var file in spec.ExtraVarsFiles) WorkspaceFiles.Find(context.Folders.Workspace, file, "extraVarsFiles");
        if (spec.GalaxyRequirements is not null) WorkspaceFiles.Find(context.Folders.Workspace, spec.GalaxyRequirements, "galaxyRequirements");
        await guest.UploadFolderAsync(workspace, "workspace", cancellationToken).ConfigureAwait(false);
        await guest.WriteAsync("plugins/callback/imageoperator.py", GuestScript.Text("ansible_callback.py"), cancellationToken).ConfigureAwait(false);
        var extraVars = spec.ExtraVars.Count == 0 ? null : await guest.WriteAsync("extra-vars.json", JsonSerializer.Serialize(spec.ExtraVars), cancellationToken).ConfigureAwait(false);
        var vaults = new List<(string, string)>();
        foreach (var (id, password) in spec.VaultPasswords) vaults.Add((id, await guest.WriteAsync($"vault-{id}", password, cancellationToken).ConfigureAwait(false)));

        var environment = PlaybookCommand.Environment(guest.Path + "/plugins", guest.Path + "/home", log);
        environment["IO_FOLDER"] = guest.Path;
        environment["IO_GALAXY"] = spec.GalaxyRequirements is null ? "" : Relative(spec.GalaxyRequirements);
        environment["ANSIBLE_ROLES_PATH"] = $"{guest.Path}/roles:{guest.Path}/workspace/roles:/usr/share/ansible/roles:/etc/ansible/roles";
        environment["ANSIBLE_COLLECTIONS_PATH"] = $"{guest.Path}/collections:{guest.Path}/workspace/collections:/usr/share/ansible/collections";
        var script = new Script(Encoding.UTF8.GetBytes(Run))
        {
            Environment = environment,
            Args = [.. PlaybookCommand.Arguments(spec, extraVars, vaults, Relative)],
            Interpreter = "/bin/sh",
        };
        var result = await context.Communicator.ExecuteAsync(ScriptCommand.Create(script), log.Take, cancellationToken).ConfigureAwait(false);
        context.Progress("");
        if (log.Report(tool) is { } report) context.Report(report);
        return result.ExitCode == 0 ? 0 : throw AnsibleFailure.Of(spec, result.ExitCode, log);

        string Relative(string file) => root.Length > 0 && file.StartsWith(root + "/", StringComparison.Ordinal) ? file[(root.Length + 1)..] : file;
    }
}
