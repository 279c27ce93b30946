using System.Globalization;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Scripts;
using ImageOperator.Provisioners.Tools;

namespace ImageOperator.Provisioners.Puppet;

/// <summary>Converges the machine with Puppet.</summary>
internal sealed class PuppetStep(PuppetProvisioner spec) : IProvisioner
{
    public async Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        var tool = await ToolSetup.EnsureAsync(context, spec.Installer, "puppet", ["puppet-agent"], cancellationToken).ConfigureAwait(false);
        return await GuestFolder.UseAsync(context, guest => RunAsync(context, tool, guest, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task<int?> RunAsync(ProvisionContext context, string tool, GuestFolder guest, CancellationToken cancellationToken)
    {
        var settings = await SettingsAsync(context.Folders.Workspace, guest, cancellationToken).ConfigureAwait(false);
        var errors = new List<string>();
        var answer = await GuestScript.RunAsync(context with { Output = (stream, line) => Take(context, errors, stream, line) }, "puppet.sh", settings, cancellationToken).ConfigureAwait(false);
        var code = int.Parse(answer.Require("code"), CultureInfo.InvariantCulture);
        var (total, changed, failed) = (Number(answer, "total"), Number(answer, "changed"), Number(answer, "failed"));
        if (total is not null)
        {
            context.Report(new StepReport { Tool = tool, Changed = changed, Failed = failed, Skipped = Number(answer, "skipped"), Passed = total - (changed ?? 0) - (failed ?? 0) }
                .Bounded([.. errors.Select(e => new StepFinding { Id = "puppet", Severity = "error", Message = e })]));
        }

        return code is 0 or 2 ? 0 : throw new StepException(
            $"puppet {(code is 4 or 6 ? $"could not converge {failed ?? 0} resources" : $"ended with exit code {code}")}{(errors.Count > 0 ? $": {errors[0]}" : "")}",
            code,
            code == 1 && spec.Server is not null ? "was the certificate signed? set server.waitForCert, or give clientCertificate and clientKey" : null);
    }

    private async Task<Dictionary<string, string>> SettingsAsync(string workspace, GuestFolder guest, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string>
        {
            ["IO_FOLDER"] = guest.Path,
            ["IO_MANIFEST"] = "",
            ["IO_MODULES"] = "",
            ["IO_HIERA"] = "",
            ["IO_ENVIRONMENT"] = spec.Environment ?? "",
            ["IO_NOOP"] = spec.Noop ? "1" : "",
            ["IO_ARGUMENTS"] = string.Join('\n', spec.Arguments),
            ["IO_SERVER"] = spec.Server?.Address ?? "",
            ["IO_CERTNAME"] = spec.Server?.CertName ?? "",
            ["IO_WAIT"] = ((long)(spec.Server?.WaitForCert.Value.TotalSeconds ?? 0)).ToString(CultureInfo.InvariantCulture),
            ["IO_CERT"] = spec.Server?.ClientCertificate ?? "",
            ["IO_KEY"] = spec.Server?.ClientKey ?? "",
            ["IO_CA"] = spec.Server?.CaCertificate ?? "",
            ["IO_KEEP"] = spec.Server?.KeepCertificate == true ? "1" : "",
        };
        foreach (var (name, value) in spec.Facts) settings["FACTER_" + name] = value;
        if (spec.Manifest is not null)
        {
            var path = WorkspaceFiles.Find(workspace, spec.Manifest, "manifest");
            if (Directory.Exists(path)) await guest.UploadFolderAsync(path, "manifests", cancellationToken).ConfigureAwait(false);
            else await guest.UploadFileAsync(path, "manifest.pp", null, cancellationToken).ConfigureAwait(false);
            settings["IO_MANIFEST"] = guest.Path + (Directory.Exists(path) ? "/manifests" : "/manifest.pp");
        }

        for (var i = 0; i < spec.ModulePath.Count; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"modules-{i}");
            await guest.UploadFolderAsync(WorkspaceFiles.Find(workspace, spec.ModulePath[i], $"modulePath[{i}]"), name, cancellationToken).ConfigureAwait(false);
            settings["IO_MODULES"] += $"{(i > 0 ? ":" : "")}{guest.Path}/{name}";
        }

        if (spec.HieraConfig is not null)
        {
            var hiera = WorkspaceFiles.Find(workspace, spec.HieraConfig, "hieraConfig");
            await guest.UploadFolderAsync(Path.GetDirectoryName(hiera)!, "hiera", cancellationToken).ConfigureAwait(false);
            settings["IO_HIERA"] = $"{guest.Path}/hiera/{Path.GetFileName(hiera)}";
        }

        return settings;
    }

    private static void Take(ProvisionContext context, List<string> errors, OutputStream stream, string line)
    {
        if (line.StartsWith("Error: ", StringComparison.Ordinal)) errors.Add(line["Error: ".Length..]);
        context.Output(stream, line);
    }

    private static int? Number(GuestAnswer answer, string key) => int.TryParse(answer.Find(key), CultureInfo.InvariantCulture, out var number) ? number : null;
}
