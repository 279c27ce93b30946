using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Scripts;
using ImageOperator.Provisioners.Tools;

namespace ImageOperator.Provisioners.Chef;

/// <summary>Converges the machine with Chef.</summary>
internal sealed partial class ChefStep(ChefProvisioner spec) : IProvisioner
{
    public async Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        var mode = spec.Server is not null ? "client" : spec.LocalMode == ChefLocalMode.Solo ? "solo" : "zero";
        var tool = await ToolSetup.EnsureAsync(context, spec.Installer, mode == "solo" ? "chef-solo" : "chef-client", [], cancellationToken).ConfigureAwait(false);
        return await GuestFolder.UseAsync(context, guest => RunAsync(context, mode, tool, guest, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task<int?> RunAsync(ProvisionContext context, string mode, string tool, GuestFolder guest, CancellationToken cancellationToken)
    {
        if (spec.Repository is not null)
            await guest.UploadFolderAsync(WorkspaceFiles.Find(context.Folders.Workspace, spec.Repository, "repository"), "repository", cancellationToken).ConfigureAwait(false);
        var settings = new Dictionary<string, string>
        {
            ["IO_FOLDER"] = guest.Path,
            ["IO_MODE"] = mode,
            ["IO_RUN_LIST"] = string.Join(',', spec.RunList),
            ["IO_ENVIRONMENT"] = spec.Environment ?? "",
            ["IO_ATTRIBUTES"] = await guest.WriteAsync("attributes.json", JsonSerializer.Serialize(spec.Attributes), cancellationToken).ConfigureAwait(false),
            ["IO_SECRET"] = spec.DataBagSecret is null ? "" : await guest.WriteAsync("data-bag-secret", spec.DataBagSecret, cancellationToken).ConfigureAwait(false),
            ["IO_LICENSE"] = spec.AcceptLicense ? "1" : "",
            ["IO_ARGUMENTS"] = string.Join('\n', spec.Arguments),
            ["IO_POLICY_NAME"] = spec.PolicyName ?? "",
            ["IO_POLICY_GROUP"] = spec.PolicyGroup,
            ["IO_URL"] = spec.Server?.Url ?? "",
            ["IO_NODE"] = spec.Server?.NodeName ?? "",
            ["IO_CLIENT_KEY"] = spec.Server?.ClientKey ?? "",
            ["IO_VALIDATION_KEY"] = spec.Server?.ValidationKey ?? "",
            ["IO_VALIDATOR"] = spec.Server?.ValidationClientName ?? "",
            ["IO_KEEP"] = spec.Server?.KeepClient == true ? "1" : "",
        };
        var (updated, total, error) = (default(int?), default(int?), default(string));
        var answer = await GuestScript.RunAsync(context with { Output = Take }, "chef.sh", settings, cancellationToken).ConfigureAwait(false);
        var code = int.Parse(answer.Require("code"), CultureInfo.InvariantCulture);
        if (total is not null) context.Report(new StepReport { Tool = tool, Changed = updated, Passed = total - updated });
        // 35, 37 and 41: done, and a reboot is scheduled, wanted or failed.
        return code is 0 or 35 or 37 ? code : throw new StepException($"chef ended with exit code {code}{(error is null ? "" : $": {error}")}", code, Hint(code));

        void Take(OutputStream stream, string line)
        {
            if (Finished().Match(line) is { Success: true } match) (updated, total) = (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
            if (line.Contains("FATAL: ", StringComparison.Ordinal) && !line.Contains("Stacktrace", StringComparison.Ordinal)) error = line[(line.LastIndexOf("FATAL: ", StringComparison.Ordinal) + 7)..];
            context.Output(stream, line);
        }
    }

    private static string? Hint(int code) => code switch
    {
        172 => "Chef wants its licence to be accepted: set acceptLicense: true, or use Cinc",
        41 => "the reboot that Chef wanted failed: use a reboot step",
        _ => null,
    };

    // "Chef Infra Client finished, 3/12 resources updated in 02 seconds"
    [GeneratedRegex(@"finished, (\d+)/(\d+) resources updated")]
    private static partial Regex Finished();
}
