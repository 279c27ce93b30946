using System.Text.RegularExpressions;
using ImageOperator.Controller.Tests.Metrics;
using ImageOperator.Controller.Tests.Testbed;

namespace ImageOperator.Controller.Tests.Prometheus;

public sealed class ShippedFilesTests
{
    private static string Folder => Path.GetDirectoryName(Queries.RulesFile)!;

    private static string Tests => Path.Combine(Repository.Root, "tests", "Controller", "Prometheus", "alerts_test.yaml");

    [Fact]
    public Task Rules_AreRightForPromtool() => Tool.RunAsync("promtool", ["check", "rules", Queries.RulesFile]);

    [Fact]
    public Task Alerts_FireAndAreQuiet() => Tool.RunAsync("promtool", ["test", "rules", Tests], Path.GetDirectoryName(Tests));

    [Fact]
    public void Alert_IsTestedBothWays_AndHasARunbook()
    {
        var tests = File.ReadAllText(Tests);
        var runbook = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));

        Assert.NotEmpty(Queries.Alerts);
        Assert.All(Queries.Alerts, alert =>
        {
            Assert.Contains($"name: {alert.Name} fires", tests, StringComparison.Ordinal);
            Assert.Contains($"name: {alert.Name} is quiet", tests, StringComparison.Ordinal);
            Assert.Contains($"### {alert.Name}\n", runbook, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void PrometheusRule_HasTheSameAlerts()
    {
        var plain = File.ReadAllLines(Queries.RulesFile).Where(l => !l.StartsWith('#'));
        var custom = File.ReadAllLines(Path.Combine(Folder, "prometheusrule.yaml")).SkipWhile(l => l != "spec:").Skip(1).Select(l => l[2..]);

        Assert.Equal(plain, custom);
    }

    [Fact]
    public void Query_NamesOnlyMetricsThatAreDocumented()
    {
        var known = MetricRow.Documented.Select(m => m.Name).ToHashSet();

        Assert.Empty(Queries.All.SelectMany(Queries.Metrics).Where(m => !known.Contains(m)).Distinct());
        Assert.NotEmpty(Queries.All.SelectMany(Queries.Metrics));
    }

    [Fact]
    public void Dashboard_PanelsDoNotOverlap_AndHaveTitles()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "config", "grafana", "image-operator.json"));
        var places = Regex.Matches(text, "\"h\": (\\d+),\\s+\"w\": (\\d+),\\s+\"x\": (\\d+),\\s+\"y\": (\\d+)")
            .Select(m => (H: Number(m, 1), W: Number(m, 2), X: Number(m, 3), Y: Number(m, 4))).ToArray();

        Assert.NotEmpty(places);
        Assert.All(places, p => Assert.True(p.X + p.W <= 24));
        Assert.Empty(places.SelectMany((a, i) => places.Skip(i + 1).Where(b => a.X < b.X + b.W && b.X < a.X + a.W && a.Y < b.Y + b.H && b.Y < a.Y + a.H)));

        static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, System.Globalization.CultureInfo.InvariantCulture);
    }
}
