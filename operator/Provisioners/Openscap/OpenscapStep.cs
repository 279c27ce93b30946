using System.Globalization;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Scripts;
using ImageOperator.Provisioners.Tools;

namespace ImageOperator.Provisioners.Openscap;

/// <summary>Evaluates a profile of a SCAP content.</summary>
internal sealed class OpenscapStep(OpenscapProvisioner spec) : IProvisioner
{
    public async Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        var tool = await ToolSetup.EnsureAsync(context, spec.Installer, "oscap", ["openscap-scanner"], cancellationToken).ConfigureAwait(false);
        return await GuestFolder.UseAsync(context, guest => RunAsync(context, tool, guest, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task<int?> RunAsync(ProvisionContext context, string tool, GuestFolder guest, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string>
        {
            ["IO_FOLDER"] = guest.Path,
            ["IO_CONTENT"] = spec.Content ?? await UploadAsync(context, guest, spec.ContentFile!, "contentFile", cancellationToken).ConfigureAwait(false),
            ["IO_PROFILE"] = spec.Profile,
            ["IO_TAILORING"] = spec.TailoringFile is null ? "" : await UploadAsync(context, guest, spec.TailoringFile, "tailoringFile", cancellationToken).ConfigureAwait(false),
            ["IO_REMEDIATE"] = spec.Remediate ? "1" : "",
            ["IO_FETCH"] = spec.FetchRemoteResources ? "1" : "",
        };
        context.Progress($"evaluating {spec.Profile}");
        var answer = await GuestScript.RunAsync(context, "openscap.sh", settings, cancellationToken).ConfigureAwait(false);
        answer.Require("code");
        var (_, name) = await guest.DownloadAsync("report.html", "openscap", cancellationToken).ConfigureAwait(false);
        var (local, _) = await guest.DownloadAsync("results.xml", "openscap", cancellationToken).ConfigureAwait(false);
        var results = ScanResults.Read(local);
        var score = results.Score.ToString("0.0", CultureInfo.InvariantCulture);
        context.Report(new StepReport { Tool = $"openscap {tool.Split(' ')[^1]}", Score = score, Passed = results.Passed, Failed = results.Failed.Count, Skipped = results.NotApplicable, File = name }.Bounded(results.Failed));
        foreach (var rule in results.Failed) context.Output(OutputStream.Stdout, $"fail {rule.Severity} {rule.Id}: {rule.Message}");
        context.Output(OutputStream.Stdout, $"score {score} %, {results.Passed} rules passed, {results.Failed.Count} failed, {results.NotApplicable} do not apply");
        Judge(results, score, name);
        return answer.ExitCode;
    }

    private void Judge(ScanResults results, string score, string file)
    {
        if (spec.Gate is not { } gate) return;
        if (gate.MinScore is { } least && results.Score < least) throw Gate($"the score is {score} %, the gate asks for {least} %", file);
        if (gate.MaxFailed is { } most && results.Failed.Count > most) throw Gate($"{results.Failed.Count} rules failed, the gate lets pass {most}", file);
        var severe = results.Failed.Where(f => gate.Severities?.Any(s => s.ToString().Equals(f.Severity, StringComparison.OrdinalIgnoreCase)) == true).ToList();
        if (severe.Count > 0) throw Gate($"{severe.Count} rules of severity {string.Join(", ", severe.Select(s => s.Severity).Distinct())} failed: {string.Join(", ", severe.Take(5).Select(s => s.Id))}", file);
    }

    private static StepException Gate(string message, string file) => new(message, hint: $"the worst rules are in the step's report, all of them in {file} of the build's files");

    private static async Task<string> UploadAsync(ProvisionContext context, GuestFolder guest, string file, string field, CancellationToken cancellationToken)
    {
        await guest.UploadFileAsync(WorkspaceFiles.Find(context.Folders.Workspace, file, field), $"{field}.xml", 0b110_100_100, cancellationToken).ConfigureAwait(false);
        return $"{guest.Path}/{field}.xml";
    }
}
