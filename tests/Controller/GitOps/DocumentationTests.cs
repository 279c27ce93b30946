using System.Text.RegularExpressions;
using ImageOperator.Testing.Status;

namespace ImageOperator.Controller.Tests.GitOps;

public sealed partial class DocumentationTests
{
    private static readonly string Page = Tool.Text("docs/spec/status.md");

    [Fact]
    public void Reasons_AreAllDocumentedAndNoOthers()
    {
        var table = Page[Page.IndexOf("## Reasons", StringComparison.Ordinal)..Page.IndexOf("## Suspend", StringComparison.Ordinal)];
        var documented = table.Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal)).SelectMany(l => Word().Matches(l.Split('|')[1]).Select(m => m.Groups[1].Value));

        Assert.Equal(Vocabulary.Reasons.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Conditions_AreAllDocumented() =>
        Assert.All(Vocabulary.Types.Values.SelectMany(t => t).Distinct(), type => Assert.Contains($"| `{type}` |", Page, StringComparison.Ordinal));

    [Fact]
    public void EveryDecidedReason_StandsInItsKStatusColumn()
    {
        var rows = Page.Split('\n').Where(l => l.StartsWith("| Image", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, rows.Count);
        foreach (var sample in Sample.All.Where(s => s.IsSeen && s.KStatus == Runtime.Conditions.KStatusCode.Current))
        {
            var kind = (string)sample.Json["kind"]!;
            Assert.Contains($"`{sample.Reason}`", rows.Single(r => r.Split('|')[1].Split(',').Any(k => k.Trim() == kind)).Split('|')[2], StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("`([A-Za-z]+)`")]
    private static partial Regex Word();
}
