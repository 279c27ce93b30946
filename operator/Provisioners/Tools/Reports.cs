using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Provisioners.Tools;

/// <summary>Keeps reports within what status has room for.</summary>
internal static class Reports
{
    public const int MostFindings = 20;
    private const int LongestMessage = 200;

    public static StepReport Bounded(this StepReport report, IReadOnlyList<StepFinding> findings) => report with
    {
        Findings = findings.Count == 0 ? null : [.. findings.Take(MostFindings).Select(Short)],
        MoreFindings = findings.Count > MostFindings ? findings.Count - MostFindings : null,
    };

    private static StepFinding Short(StepFinding finding) =>
        finding with { Id = Cut(finding.Id), Message = finding.Message is null ? null : Cut(finding.Message) };

    private static string Cut(string text) => text.Length > LongestMessage ? text[..(LongestMessage - 1)] + "…" : text;
}
