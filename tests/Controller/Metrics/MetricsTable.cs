using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using ImageOperator.Controller.Tests.Testbed;

namespace ImageOperator.Controller.Tests.Metrics;

/// <summary>A metric as Prometheus names it.</summary>
internal sealed partial record MetricRow(string Name, string Type, string Meaning, IReadOnlyList<string> Labels)
{
    /// <summary>By OpenTelemetry's rules for Prometheus: underscores, the unit, and _total for counters.</summary>
    public static MetricRow Of(Instrument instrument)
    {
        var kind = instrument.GetType().Name.Split('`')[0];
        var name = instrument.Name.Replace('.', '_') + instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return kind switch
        {
            "Counter" or "ObservableCounter" => new(name + "_total", "counter", instrument.Description!, []),
            "Histogram" => new(name, "histogram", instrument.Description!, []),
            _ => new(name, "gauge", instrument.Description!, []),
        };
    }

    /// <summary>The rows of docs/metrics.md.</summary>
    public static IReadOnlyList<MetricRow> Documented { get; } =
    [
        .. Row().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "metrics.md"))).Select(m => new MetricRow(
            m.Groups[1].Value, m.Groups[2].Value, m.Groups[4].Value, m.Groups[3].Value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))),
    ];

    [GeneratedRegex(@"^\| `(\w+)` \| (\w+) \| ([\w, ]*)\| (.*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
