using System.Globalization;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Scripts;

namespace ImageOperator.Provisioners.Packages;

/// <summary>Brings the machine's packages to the wanted state.</summary>
internal sealed class PackagesStep(PackagesProvisioner spec) : IProvisioner
{
    public async Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        var settings = await SettingsAsync(context.Folders.Workspace, cancellationToken).ConfigureAwait(false);
        var answer = await GuestScript.RunAsync(context, "packages.sh", settings, cancellationToken).ConfigureAwait(false);
        answer.Require("done");
        var changed = int.Parse(answer.Find("changed") ?? "0", CultureInfo.InvariantCulture);
        context.Report(new StepReport { Tool = answer.Require("tool").Trim(), Changed = changed });
        context.Output(OutputStream.Stdout, $"{changed} packages changed");
        return answer.ExitCode;
    }

    private async Task<Dictionary<string, string>> SettingsAsync(string workspace, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string>
        {
            ["IO_MANAGER"] = spec.Manager.ToString().ToLowerInvariant(),
            ["IO_INSTALL"] = Lines(spec.Install),
            ["IO_REMOVE"] = Lines(spec.Remove),
            ["IO_UPGRADE"] = spec.Upgrade?.ToString().ToLowerInvariant() ?? "",
            ["IO_UPDATE"] = Flag(spec.Update),
            ["IO_RECOMMENDS"] = Flag(spec.Recommends),
            ["IO_CLEAN"] = Flag(spec.Clean),
            ["IO_LOCK"] = ((long)Math.Ceiling(spec.LockTimeout.Value.TotalSeconds)).ToString(CultureInfo.InvariantCulture),
            ["IO_REPOS"] = (spec.Repositories?.Count ?? 0).ToString(CultureInfo.InvariantCulture),
        };
        for (var i = 0; i < (spec.Repositories?.Count ?? 0); i++)
        {
            var repository = spec.Repositories![i];
            var prefix = string.Create(CultureInfo.InvariantCulture, $"IO_REPO_{i}_");
            settings[prefix + "NAME"] = repository.Name;
            settings[prefix + "URL"] = repository.Url;
            settings[prefix + "SUITE"] = repository.Suite ?? "";
            settings[prefix + "COMPONENTS"] = string.Join(' ', repository.Components);
            settings[prefix + "TRUSTED"] = Flag(repository.Trusted);
            settings[prefix + "TEMPORARY"] = Flag(repository.Temporary);
            settings[prefix + "KEY"] = repository.KeyFile is null
                ? repository.Key ?? ""
                : await File.ReadAllTextAsync(WorkspaceFiles.Find(workspace, repository.KeyFile, $"repositories[{repository.Name}].keyFile"), cancellationToken).ConfigureAwait(false);
        }

        return settings;
    }

    private static string Lines(IReadOnlyList<string>? names) => string.Join('\n', names ?? []);

    private static string Flag(bool set) => set ? "1" : "";
}
