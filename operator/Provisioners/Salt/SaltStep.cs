using System.Globalization;
using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Scripts;
using ImageOperator.Provisioners.Tools;

namespace ImageOperator.Provisioners.Salt;

/// <summary>Converges the machine with Salt, without a master.</summary>
internal sealed class SaltStep(SaltProvisioner spec) : IProvisioner
{
    public async Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        var tool = await ToolSetup.EnsureAsync(context, spec.Installer, "salt-call", ["salt-minion"], cancellationToken).ConfigureAwait(false);
        return await GuestFolder.UseAsync(context, guest => RunAsync(context, tool, guest, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task<int?> RunAsync(ProvisionContext context, string tool, GuestFolder guest, CancellationToken cancellationToken)
    {
        var workspace = context.Folders.Workspace;
        await guest.UploadFolderAsync(WorkspaceFiles.Find(workspace, spec.StateTree, "stateTree"), "states", cancellationToken).ConfigureAwait(false);
        if (spec.PillarRoot is not null) await guest.UploadFolderAsync(WorkspaceFiles.Find(workspace, spec.PillarRoot, "pillarRoot"), "pillar", cancellationToken).ConfigureAwait(false);
        if (spec.Pillar is not null)
        {
            // JSON is YAML, and #!json leaves Jinja alone.
            await guest.WriteAsync("pillar/top.sls", "#!json\n{\"base\": {\"*\": [\"given\"]}}\n", cancellationToken).ConfigureAwait(false);
            await guest.WriteAsync("pillar/given.sls", $"#!json\n{JsonSerializer.Serialize(spec.Pillar)}\n", cancellationToken).ConfigureAwait(false);
        }

        if (spec.MinionConfig is not null) await guest.UploadFileAsync(WorkspaceFiles.Find(workspace, spec.MinionConfig, "minionConfig"), "minion", 0b110_000_000, cancellationToken).ConfigureAwait(false);
        var answer = await GuestScript.RunAsync(context, "salt.sh", new Dictionary<string, string>
        {
            ["IO_FOLDER"] = guest.Path,
            ["IO_STATES"] = string.Join(',', spec.States),
            ["IO_TEST"] = spec.Test ? "1" : "",
            ["IO_MINION"] = spec.MinionConfig is null ? "" : guest.Path + "/minion",
            ["IO_PILLAR"] = spec.Pillar is not null || spec.PillarRoot is not null ? "1" : "",
        }, cancellationToken).ConfigureAwait(false);
        var code = int.Parse(answer.Require("code"), CultureInfo.InvariantCulture);
        var (local, name) = await guest.DownloadAsync("salt.json", "salt", cancellationToken).ConfigureAwait(false);
        await using var stream = File.OpenRead(local);
        using var json = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken).ConfigureAwait(false);
        return Judge(context, tool, name, code, json.RootElement);
    }

    private static int? Judge(ProvisionContext context, string tool, string file, int code, JsonElement answer)
    {
        var states = answer.TryGetProperty("local", out var local) ? local : answer;
        if (states.ValueKind != JsonValueKind.Object) throw new StepException($"salt could not render the states: {string.Join("; ", Texts(states))}", code, $"all it said is in {file} of the build's files");
        var (passed, changed) = (0, 0);
        var failed = new List<StepFinding>();
        foreach (var state in states.EnumerateObject().Where(s => s.Value.ValueKind == JsonValueKind.Object))
        {
            var id = state.Value.TryGetProperty("__id__", out var given) ? given.GetString()! : state.Name;
            var comment = state.Value.TryGetProperty("comment", out var text) ? string.Join("; ", Texts(text)) : "";
            var result = state.Value.GetProperty("result").ValueKind;
            var changes = state.Value.TryGetProperty("changes", out var what) && what.ValueKind == JsonValueKind.Object && what.EnumerateObject().Any();
            if (result == JsonValueKind.False) failed.Add(new() { Id = id, Severity = "failed", Message = comment });
            else if (changes) changed++;
            else passed++;
            context.Output(OutputStream.Stdout, $"{(result == JsonValueKind.False ? "failed" : changes ? "changed" : "ok")} {id}: {comment}");
        }

        context.Report(new StepReport { Tool = tool, Passed = passed, Changed = changed, Failed = failed.Count, File = file }.Bounded(failed));
        if (failed.Count > 0) throw new StepException($"{failed.Count} states failed: {string.Join("; ", failed.Take(3).Select(f => $"{f.Id}: {f.Message}"))}", code);
        return code == 0 ? 0 : throw new StepException($"salt-call ended with exit code {code}", code);
    }

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().Select(v => v.ToString().ReplaceLineEndings(" ")),
        JsonValueKind.String => [value.GetString()!.ReplaceLineEndings(" ")],
        _ => [],
    };
}
