using System.Globalization;
using System.Xml;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Provisioners.Openscap;

/// <summary>What an XCCDF result says: read as a stream, for contents are large.</summary>
internal sealed class ScanResults
{
    private static readonly string[] Worst = ["high", "medium", "low", "unknown"];

    public int Passed { get; private set; }

    public int NotApplicable { get; private set; }

    /// <summary>The score, in per cent.</summary>
    public double Score { get; private set; }

    /// <summary>The rules that failed, the worst first.</summary>
    public IReadOnlyList<StepFinding> Failed { get; private set; } = [];

    public static ScanResults Read(string file)
    {
        var results = new ScanResults();
        var titles = new Dictionary<string, string>(StringComparer.Ordinal);
        var failed = new List<StepFinding>();
        using var reader = XmlReader.Create(file, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        string? rule = null;
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.EndElement && reader.LocalName == "Rule") rule = null;
            if (reader.NodeType != XmlNodeType.Element) continue;
            switch (reader.LocalName)
            {
                case "Rule":
                    rule = reader.GetAttribute("id");
                    break;
                case "title" when rule is not null && !titles.ContainsKey(rule):
                    titles[rule] = Text(reader);
                    break;
                // A remediated content has the result before and after: the last counts.
                case "TestResult":
                    (results.Passed, results.NotApplicable) = (0, 0);
                    failed.Clear();
                    break;
                case "rule-result":
                    results.Take(reader, titles, failed);
                    break;
                case "score":
                    results.Score = Percent(reader);
                    break;
            }
        }

        results.Failed = [.. failed.OrderBy(f => Array.IndexOf(Worst, f.Severity))];
        return results;
    }

    private void Take(XmlReader reader, Dictionary<string, string> titles, List<StepFinding> failed)
    {
        var id = reader.GetAttribute("idref") ?? "";
        var severity = reader.GetAttribute("severity") ?? "unknown";
        using var inner = reader.ReadSubtree();
        while (inner.Read())
        {
            if (inner.NodeType != XmlNodeType.Element || inner.LocalName != "result") continue;
            switch (Text(inner))
            {
                case "pass" or "fixed":
                    Passed++;
                    break;
                case "fail" or "error" or "unknown":
                    failed.Add(new() { Id = id[(id.LastIndexOf("_rule_", StringComparison.Ordinal) is >= 0 and var at ? at + 6 : 0)..], Severity = Worst.Contains(severity) ? severity : "unknown", Message = titles.GetValueOrDefault(id) });
                    break;
                case "notapplicable" or "notchecked":
                    NotApplicable++;
                    break;
            }
        }
    }

    private static double Percent(XmlReader reader)
    {
        var most = double.Parse(reader.GetAttribute("maximum") ?? "100", CultureInfo.InvariantCulture);
        var score = double.Parse(Text(reader), CultureInfo.InvariantCulture);
        return most > 0 ? score / most * 100 : 0;
    }

    // Leaves the reader on the element's end, which another Read passes.
    private static string Text(XmlReader reader)
    {
        using var inner = reader.ReadSubtree();
        var text = "";
        while (inner.Read()) if (inner.NodeType is XmlNodeType.Text or XmlNodeType.CDATA) text += inner.Value;
        return string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
    }
}
