using System.Text.Json;
using System.Text.RegularExpressions;
using ImageOperator.Controller.Tests.Testbed;

namespace ImageOperator.Controller.Tests.Prometheus;

/// <summary>The queries that we ship.</summary>
internal static partial class Queries
{
    public static string RulesFile { get; } = Path.Combine(Repository.Root, "config", "prometheus", "rules.yaml");

    /// <summary>Name and expression of each alert.</summary>
    public static IReadOnlyList<(string Name, string Expression)> Alerts { get; } =
        [.. Alert().Matches(File.ReadAllText(RulesFile)).Select(m => (m.Groups[1].Value, m.Groups[2].Value.Replace("''", "'", StringComparison.Ordinal)))];

    /// <summary>The dashboard's, as Grafana would send them.</summary>
    public static IReadOnlyList<string> Dashboard { get; } =
    [
        .. JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "config", "grafana", "image-operator.json"))).RootElement
            .GetProperty("panels").EnumerateArray().Where(p => p.TryGetProperty("targets", out _))
            .SelectMany(p => p.GetProperty("targets").EnumerateArray()).Select(t => t.GetProperty("expr").GetString()!.Replace("$__rate_interval", "5m", StringComparison.Ordinal)),
    ];

    public static IReadOnlyList<string> All { get; } = [.. Alerts.Select(a => a.Expression), .. Dashboard];

    /// <summary>Our own metrics in a query, without what Prometheus adds to a histogram.</summary>
    public static IEnumerable<string> Metrics(string query) => Metric().Matches(query).Select(m => Suffix().Replace(m.Value, ""));

    [GeneratedRegex(@"- alert: (\w+)\n\s+expr: '(.*)'$", RegexOptions.Multiline)]
    private static partial Regex Alert();

    [GeneratedRegex(@"\b(imageoperator|operator)_\w+")]
    private static partial Regex Metric();

    [GeneratedRegex("(?<=_seconds)_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
