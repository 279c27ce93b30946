using System.Globalization;

namespace ImageOperator.Benchmarks.Reports;

/// <summary>The results as tables.</summary>
internal sealed class TextReport(Results results)
{
    public async Task WriteAsync(TextWriter output)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        Totals(text);
        Parts(text);
        Latency(text);
        Targets(text);
        await output.WriteAsync(text.ToString()).ConfigureAwait(false);
    }

    private void Totals(StringWriter text)
    {
        var load = $"{results.Load.Min():0.0} to {results.Load.Max():0.0}";
        Line(text, $"\nThe same image, seconds; load average {load} on {Environment.ProcessorCount} processors");
        Line(text, $"{"",-28}{"median",8}{"least",8}{"most",8}");
        foreach (var (peer, runs) in results.Runs.Where(r => r.Value.Count > 0))
            Line(text, $"{peer,-28}{results.Median(peer),8:0.00}{runs.Min(r => r.Seconds),8:0.00}{runs.Max(r => r.Seconds),8:0.00}");
    }

    private void Parts(StringWriter text)
    {
        string[] peers = ["imagectl", "cluster"];
        var names = peers.Reverse().SelectMany(p => results.Runs.GetValueOrDefault(p, [])).SelectMany(r => r.Parts.Keys).Distinct();
        Line(text, $"\nReached after, seconds, medians");
        Line(text, $"{"",-28}{peers[0],12}{peers[1],12}");
        foreach (var name in names) Line(text, $"{name,-28}{Cell(peers[0], name)}{Cell(peers[1], name)}");
        Line(text, $"(own time: all but the guest's boot and login, the commands, the shutdown and the copy of the disk)");
    }

    private void Latency(StringWriter text)
    {
        if (results.PodLatency is not { Count: > 0 } pods) return;
        Line(text, $"\nFrom creation to pod, {pods.Count} builds: median {Results.Median(pods) * 1000:0} ms, {pods.Min() * 1000:0} to {pods.Max() * 1000:0} ms");
    }

    private void Targets(StringWriter text)
    {
        Line(text, $"\n{"",-28}{"measured",12}{"target",12}");
        foreach (var target in results.Targets())
        {
            FormattableString value = $"{target.Value:0.##} {target.Unit}";
            FormattableString limit = $"<= {target.Limit:0.##} {target.Unit}";
            Line(text, $"{target.Name,-28}{(target.Value is null ? "-" : Text(value)),12}{Text(limit),12}  {target.Verdict}");
        }
    }

    private string Cell(string peer, string part) => Text($"{(results.MedianOf(peer, part) is { } value ? Text($"{value:0.00}") : "-"),12}");

    private static void Line(StringWriter text, FormattableString line) => text.WriteLine(Text(line));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
