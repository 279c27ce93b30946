using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Cli.Plan;

/// <summary>Prints a plan for people and for programs.</summary>
internal static class PlanReport
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(TextWriter output, string build, IReadOnlyList<TargetStatus> targets, bool json)
    {
        if (json)
        {
            var all = targets.Select(t => new { t.Name, Action = t.Plan, t.Reason, t.ResultOf, t.InputsDigest, t.Inputs, t.Failure });
            output.WriteLine(JsonSerializer.Serialize(new { Build = build, Targets = all }, Indented));
            return;
        }

        List<string[]> rows = [["TARGET", "ACTION", "REASON"], .. targets.Select(t => new[] { t.Name, t.Plan?.ToString() ?? t.Phase?.ToString() ?? "", t.Failure?.Message ?? t.Reason ?? "" })];
        var (first, second) = (rows.Max(r => r[0].Length), rows.Max(r => r[1].Length));
        foreach (var row in rows)
        {
            // A change a line: they are read, and they can be many.
            var lines = row[2].Split("; ");
            output.WriteLine($"{row[0].PadRight(first)}  {row[1].PadRight(second)}  {lines[0]}".TrimEnd());
            foreach (var line in lines.Skip(1)) output.WriteLine($"{new string(' ', first + second + 4)}{line}");
        }

        var builds = targets.Count(t => t.Plan == PlannedAction.Build);
        output.WriteLine(builds == 0 ? "Nothing to build." : $"{builds} of {targets.Count} target{(targets.Count == 1 ? "" : "s")} would be built.");
        output.Flush();
    }
}
