using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Provisioners.Ansible;

/// <summary>Reads what ansible_callback.py tells: shows tasks as they go, and keeps what a report needs.</summary>
internal sealed class TaskLog(ProvisionContext context)
{
    private const int LongestMessage = 200;
    private readonly List<StepFinding> _findings = [];
    private JsonElement? _stats;

    /// <summary>What the lines begin with.</summary>
    public string Mark { get; } = $"[{Guid.NewGuid():N}]";

    /// <summary>The first task that failed for good.</summary>
    public (string Task, string Message)? Failed { get; private set; }

    /// <summary>The machine could not be reached.</summary>
    public bool Unreachable { get; private set; }

    /// <summary>The last word of Ansible itself, outside of tasks.</summary>
    public string? Error { get; private set; }

    public void Take(OutputStream stream, string line)
    {
        if (stream == OutputStream.Stdout && line.StartsWith(Mark, StringComparison.Ordinal))
        {
            using var json = JsonDocument.Parse(line[Mark.Length..]);
            Take(json.RootElement);
            return;
        }

        if (line.StartsWith("ERROR! ", StringComparison.Ordinal)) Error ??= line["ERROR! ".Length..];
        context.Output(stream, line);
    }

    /// <summary>The report; null if no play was run to its end.</summary>
    public StepReport? Report(string tool) => _stats is not { } stats ? null : new()
    {
        Tool = tool,
        Passed = Count(stats, "ok") - Count(stats, "changed"),
        Changed = Count(stats, "changed"),
        Failed = Count(stats, "failures") + Count(stats, "unreachable"),
        Skipped = Count(stats, "skipped"),
        Findings = _findings.Count == 0 ? null : [.. _findings.Take(Tools.Reports.MostFindings)],
        MoreFindings = _findings.Count > Tools.Reports.MostFindings ? _findings.Count - Tools.Reports.MostFindings : null,
    };

    private void Take(JsonElement told)
    {
        var kind = Text(told, "kind");
        switch (kind)
        {
            case "play":
                Print($"PLAY [{Text(told, "name")}]");
                break;
            case "task":
                context.Progress(Text(told, "name"));
                Print($"TASK [{Text(told, "name")}]");
                break;
            case "ok":
                Print(told.GetProperty("changed").GetBoolean() ? "changed" : "ok");
                break;
            case "failed" or "unreachable":
                Fail(told, kind);
                break;
            case "stats":
                _stats = told.Clone();
                Print($"ok {Count(told, "ok")}, changed {Count(told, "changed")}, failed {Count(told, "failures")}, unreachable {Count(told, "unreachable")}, skipped {Count(told, "skipped")}, ignored {Count(told, "ignored")}");
                break;
            default:
                Print($"{kind}{(Text(told, "message") is { Length: > 0 } text ? $": {text}" : "")}");
                break;
        }

        if (Text(told, "detail") is not { Length: > 0 } detail) return;
        foreach (var line in detail.Split('\n')) Print(line);
    }

    private void Fail(JsonElement told, string kind)
    {
        var ignored = told.GetProperty("ignored").GetBoolean();
        var (task, message) = (Text(told, "task"), Text(told, "message"));
        Print($"{(ignored ? "failed, ignored" : kind)}: {message}");
        _findings.Add(new() { Id = task, Severity = ignored ? "ignored" : kind, Message = message.Length > LongestMessage ? message[..LongestMessage] : message });
        if (ignored) return;
        Failed ??= (task, message);
        Unreachable |= kind == "unreachable";
    }

    // Texts of several lines come one by one: status and logs go by lines.
    private void Print(string text)
    {
        foreach (var line in text.Split('\n')) context.Output(OutputStream.Stdout, line);
    }

    private static string Text(JsonElement told, string name) => told.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static int Count(JsonElement stats, string name) => stats.TryGetProperty(name, out var value) ? value.GetInt32() : 0;
}
