using System.Globalization;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Scripts;
using ImageOperator.Provisioners.Tools;

namespace ImageOperator.Provisioners.Lynis;

/// <summary>Audits the machine with Lynis.</summary>
internal sealed class LynisStep(LynisProvisioner spec) : IProvisioner
{
    public async Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        var tool = await ToolSetup.EnsureAsync(context, spec.Installer, "lynis", ["lynis"], cancellationToken, "show version").ConfigureAwait(false);
        return await GuestFolder.UseAsync(context, guest => RunAsync(context, tool, guest, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task<int?> RunAsync(ProvisionContext context, string tool, GuestFolder guest, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string> { ["IO_FOLDER"] = guest.Path, ["IO_PROFILE"] = "", ["IO_SKIP"] = string.Join('\n', spec.SkipTests) };
        if (spec.ProfileFile is not null)
        {
            await guest.UploadFileAsync(WorkspaceFiles.Find(context.Folders.Workspace, spec.ProfileFile, "profileFile"), "given.prf", 0b110_000_000, cancellationToken).ConfigureAwait(false);
            settings["IO_PROFILE"] = guest.Path + "/given.prf";
        }

        context.Progress("auditing with lynis");
        var answer = await GuestScript.RunAsync(context, "lynis.sh", settings, cancellationToken).ConfigureAwait(false);
        answer.Require("code");
        var (local, name) = await guest.DownloadAsync("lynis.dat", "lynis", cancellationToken).ConfigureAwait(false);
        var lines = await File.ReadAllLinesAsync(local, cancellationToken).ConfigureAwait(false);
        var warnings = Findings(lines, "warning");
        var suggestions = Findings(lines, "suggestion");
        var index = int.Parse(Value(lines, "hardening_index") ?? "0", CultureInfo.InvariantCulture);
        var tests = (Value(lines, "tests_executed") ?? "").Count(c => c == '|');
        context.Report(new StepReport
        {
            Tool = tool,
            Score = index.ToString(CultureInfo.InvariantCulture),
            Passed = Math.Max(0, tests - warnings.Count - suggestions.Count),
            Failed = warnings.Count,
            Skipped = (Value(lines, "tests_skipped") ?? "").Count(c => c == '|'),
            File = name,
        }.Bounded([.. warnings, .. suggestions]));
        foreach (var finding in warnings.Concat(suggestions)) context.Output(OutputStream.Stdout, $"{finding.Severity} {finding.Id}: {finding.Message}");
        context.Output(OutputStream.Stdout, $"hardening index {index}, {warnings.Count} warnings, {suggestions.Count} suggestions");
        if (spec.Gate?.MinHardeningIndex is { } least && index < least) throw Gate($"the hardening index is {index}, the gate asks for {least}", name);
        if (spec.Gate?.MaxWarnings is { } most && warnings.Count > most) throw Gate($"{warnings.Count} warnings, the gate lets pass {most}: {string.Join("; ", warnings.Take(3).Select(w => $"{w.Id} {w.Message}"))}", name);
        return answer.ExitCode;
    }

    private static StepException Gate(string message, string file) =>
        new(message, hint: $"the findings are in the step's report, all of them in {file} of the build's files; lynis show details TEST-ID explains one");

    private static string? Value(string[] lines, string key) => lines.LastOrDefault(l => l.StartsWith(key + "=", StringComparison.Ordinal))?[(key.Length + 1)..];

    // warning[]=ID|text|details|solution|
    private static List<StepFinding> Findings(string[] lines, string kind) =>
    [
        .. lines.Where(l => l.StartsWith($"{kind}[]=", StringComparison.Ordinal)).Select(l => l[(kind.Length + 3)..].Split('|'))
            .Select(f => new StepFinding { Id = f[0], Severity = kind, Message = f.ElementAtOrDefault(1) }),
    ];
}
