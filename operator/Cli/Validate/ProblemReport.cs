using System.Text.Encodings.Web;
using System.Text.Json;
using ImageOperator.Cli.Manifests;

namespace ImageOperator.Cli.Validate;

/// <summary>Prints problems for people and for programs.</summary>
internal static class ProblemReport
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void WriteText(TextWriter output, TextWriter summary, int documents, IReadOnlyList<Problem> problems)
    {
        foreach (var problem in problems) output.WriteLine(problem);
        output.Flush();
        var errors = problems.Count(p => p.Severity == Severity.Error);
        summary.WriteLine($"{Count(documents, "document")}, {Count(errors, "error")}, {Count(problems.Count - errors, "warning")}");
    }

    public static void WriteJson(TextWriter output, int documents, IReadOnlyList<Problem> problems) =>
        output.WriteLine(JsonSerializer.Serialize(new { Documents = documents, Valid = problems.All(p => p.Severity != Severity.Error), Problems = problems }, Indented));

    private static string Count(int count, string what) => $"{(count == 0 ? "no" : count)} {what}{(count == 1 ? "" : "s")}";
}
