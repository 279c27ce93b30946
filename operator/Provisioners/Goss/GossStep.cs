using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Scripts;
using ImageOperator.Provisioners.Tools;

namespace ImageOperator.Provisioners.Goss;

/// <summary>Checks the machine against a gossfile.</summary>
internal sealed class GossStep(GossProvisioner spec) : IProvisioner
{
    public async Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        var file = WorkspaceFiles.Find(context.Folders.Workspace, spec.File, "file");
        if (spec.Binary is null) await ToolSetup.EnsureAsync(context, null, "goss", [], cancellationToken).ConfigureAwait(false);
        return await GuestFolder.UseAsync(context, guest => RunAsync(context, file, guest, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task<int?> RunAsync(ProvisionContext context, string file, GuestFolder guest, CancellationToken cancellationToken)
    {
        var workspace = context.Folders.Workspace;
        await guest.UploadFolderAsync(Path.GetDirectoryName(file)!, "files", cancellationToken).ConfigureAwait(false);
        var settings = new Dictionary<string, string>
        {
            ["IO_FOLDER"] = guest.Path,
            ["IO_GOSS"] = "goss",
            ["IO_FILE"] = Path.GetFileName(file),
            ["IO_VARS"] = "",
            ["IO_RETRY"] = $"{(long)spec.RetryTimeout.Value.TotalSeconds}s",
            ["IO_SLEEP"] = $"{(long)Math.Max(1, spec.Sleep.Value.TotalSeconds)}s",
        };
        // As a file: what stands in a command line, every user of the machine can read.
        if (await GossVars.TextAsync(spec, context.Folders.Workspace, cancellationToken).ConfigureAwait(false) is { } vars)
            settings["IO_VARS"] = await guest.WriteAsync("vars.yaml", vars, cancellationToken).ConfigureAwait(false);

        if (spec.Binary is not null)
        {
            await guest.UploadFileAsync(WorkspaceFiles.Find(workspace, spec.Binary, "binary"), "goss", 0b111_000_000, cancellationToken).ConfigureAwait(false);
            settings["IO_GOSS"] = guest.Path + "/goss";
        }

        var answer = await GuestScript.RunAsync(context, "goss.sh", settings, cancellationToken).ConfigureAwait(false);
        answer.Require("code");
        var (local, name) = await guest.DownloadAsync("goss.json", "goss", cancellationToken).ConfigureAwait(false);
        var report = await ReadAsync(context, local, $"goss {answer.Find("version")}".TrimEnd(), cancellationToken).ConfigureAwait(false) with { File = name };
        context.Report(report);
        return report.Failed == 0 ? 0 : throw new StepException(
            $"{report.Failed} of {report.Failed + report.Passed} checks failed: {string.Join("; ", (report.Findings ?? []).Take(3).Select(f => f.Message))}", 1, $"all of them are in {name} of the build's files");
    }

    private static async Task<StepReport> ReadAsync(ProvisionContext context, string file, string tool, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        using var json = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken).ConfigureAwait(false);
        var failed = new List<StepFinding>();
        var skipped = 0;
        var results = json.RootElement.GetProperty("results");
        foreach (var result in results.EnumerateArray())
        {
            var line = result.GetProperty("summary-line").GetString()!.ReplaceLineEndings(" ");
            context.Output(OutputStream.Stdout, line);
            // 0 passed, 1 failed, 2 skipped.
            var kind = result.GetProperty("result").GetInt32();
            if (kind == 2) skipped++;
            if (kind == 1) failed.Add(new() { Id = $"{Text(result, "resource-type")}: {Text(result, "resource-id")}: {Text(result, "property")}", Severity = "failed", Message = line });
        }

        return new StepReport { Tool = tool, Passed = results.GetArrayLength() - failed.Count - skipped, Failed = failed.Count, Skipped = skipped }.Bounded(failed);
    }

    private static string Text(JsonElement result, string name) => result.TryGetProperty(name, out var value) ? value.ToString() : "";
}
