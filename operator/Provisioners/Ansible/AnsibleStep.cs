using System.Text.Json;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Local;
using ImageOperator.Provisioners.Scripts;

namespace ImageOperator.Provisioners.Ansible;

/// <summary>Runs a playbook here; its tasks go over the session to the machine.</summary>
internal sealed class AnsibleStep(AnsibleProvisioner spec) : IProvisioner
{
    public async Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        var log = new TaskLog(context);
        using var folder = new ScratchFolder(context.Folders.Scratch, "ansible");
        // The path of a socket has room for about a hundred characters.
        using var run = new ScratchFolder(Path.Combine(folder.Path, "s").Length < 100 ? folder.Path : Path.GetTempPath(), "s");
        var socket = Path.Combine(run.Path, "s");
        var environment = await PrepareAsync(context.Folders.Workspace, folder, socket, log, cancellationToken).ConfigureAwait(false);
        var tool = await VersionAsync(environment, cancellationToken).ConfigureAwait(false);
        await GalaxyAsync(context, environment, cancellationToken).ConfigureAwait(false);
        var arguments = await ArgumentsAsync(context.Folders.Workspace, folder, cancellationToken).ConfigureAwait(false);

        await using var bridge = new Bridge(socket, context.Communicator, cancellationToken);
        var exitCode = await new LocalProcess("ansible-playbook", arguments) { Environment = environment, WorkingDirectory = context.Folders.Workspace, Time = context.Time }
            .RunAsync(log.Take, cancellationToken).ConfigureAwait(false);
        context.Progress("");
        if (log.Report(tool) is { } report) context.Report(report);
        if (bridge.Broken is { } broken && exitCode != 0) throw broken;
        return exitCode == 0 ? 0 : throw AnsibleFailure.Of(spec, exitCode, log);
    }

    private async Task<Dictionary<string, string>> PrepareAsync(string workspace, ScratchFolder folder, string socket, TaskLog log, CancellationToken cancellationToken)
    {
        await folder.WriteAsync("plugins/connection/imageoperator.py", GuestScript.Text("ansible_connection.py"), cancellationToken).ConfigureAwait(false);
        await folder.WriteAsync("plugins/callback/imageoperator.py", GuestScript.Text("ansible_callback.py"), cancellationToken).ConfigureAwait(false);
        var environment = PlaybookCommand.Environment(folder.Path + "/plugins", folder.Path + "/home", log);
        environment["HOME"] = folder.Path;
        environment["TMPDIR"] = folder.Path;
        environment["IMAGEOPERATOR_BRIDGE"] = socket;
        environment["ANSIBLE_CONNECTION_PLUGINS"] = folder.Path + "/plugins/connection";
        environment["ANSIBLE_PIPELINING"] = "True";
        // What galaxy installs goes to the first of each.
        environment["ANSIBLE_ROLES_PATH"] = $"{folder.Path}/roles:{workspace}/roles:/usr/share/ansible/roles:/etc/ansible/roles";
        environment["ANSIBLE_COLLECTIONS_PATH"] = $"{folder.Path}/collections:{workspace}/collections:{workspace}:/usr/share/ansible/collections";
        environment["ANSIBLE_COLLECTIONS_PATHS"] = environment["ANSIBLE_COLLECTIONS_PATH"];
        environment["ANSIBLE_CONFIG"] = spec.Config is null ? await folder.WriteAsync("ansible.cfg", "", cancellationToken).ConfigureAwait(false) : WorkspaceFiles.Find(workspace, spec.Config, "config");
        return environment;
    }

    private async Task<List<string>> ArgumentsAsync(string workspace, ScratchFolder folder, CancellationToken cancellationToken)
    {
        var arguments = new List<string> { "-i", await folder.WriteAsync("inventory.json", Inventory(), cancellationToken).ConfigureAwait(false) };
        var extraVars = spec.ExtraVars.Count == 0 ? null : await folder.WriteAsync("extra-vars.json", JsonSerializer.Serialize(spec.ExtraVars), cancellationToken).ConfigureAwait(false);
        var vaults = new List<(string, string)>();
        foreach (var (id, password) in spec.VaultPasswords) vaults.Add((id, await folder.WriteAsync($"vault-{id}", password, cancellationToken).ConfigureAwait(false)));
        arguments.AddRange(PlaybookCommand.Arguments(spec, extraVars, vaults, file => WorkspaceFiles.Find(workspace, file, file == spec.Playbook ? "playbook" : "extraVarsFiles")));
        return arguments;
    }

    private string Inventory()
    {
        var host = new Dictionary<string, object>(spec.HostVars.ToDictionary(v => v.Key, v => (object)v.Value)) { ["ansible_connection"] = "imageoperator" };
        var groups = spec.Groups.ToDictionary(g => g, g => (object)new Dictionary<string, object>
        {
            ["hosts"] = new Dictionary<string, object> { [spec.HostName] = new Dictionary<string, object>() },
            ["vars"] = spec.GroupVars.TryGetValue(g, out var vars) ? vars : new Dictionary<string, object>(),
        });
        var all = new Dictionary<string, object>
        {
            ["hosts"] = new Dictionary<string, object> { [spec.HostName] = host },
            ["children"] = groups,
            ["vars"] = spec.GroupVars.TryGetValue("all", out var common) ? common : new Dictionary<string, object>(),
        };
        return JsonSerializer.Serialize(new Dictionary<string, object> { ["all"] = all });
    }

    private async Task GalaxyAsync(ProvisionContext context, Dictionary<string, string> environment, CancellationToken cancellationToken)
    {
        if (spec.GalaxyRequirements is null) return;
        var file = WorkspaceFiles.Find(context.Folders.Workspace, spec.GalaxyRequirements, "galaxyRequirements");
        context.Progress("installing roles and collections");
        var exitCode = await new LocalProcess("ansible-galaxy", ["install", "-r", file]) { Environment = environment, WorkingDirectory = Path.GetDirectoryName(file), Time = context.Time }
            .RunAsync(context.Output, cancellationToken).ConfigureAwait(false);
        if (exitCode != 0) throw new StepException($"ansible-galaxy could not install {spec.GalaxyRequirements}: exit code {exitCode}", exitCode, "its words are in logTail: is the server reachable from the builder, do the names and versions exist?");
    }

    private static async Task<string> VersionAsync(Dictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var first = default(string);
        var exitCode = await new LocalProcess("ansible-playbook", ["--version"]) { Environment = environment }
            .RunAsync((_, line) => first ??= line, cancellationToken).ConfigureAwait(false);
        if (exitCode != 0) throw new StepException($"ansible-playbook does not run here: {first}", exitCode, "ansible-core must be installed where the builder runs");
        return (first ?? "").Replace("ansible-playbook [core ", "ansible-core ", StringComparison.Ordinal).TrimEnd(']');
    }
}
