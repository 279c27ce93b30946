using System.Globalization;
using System.Text.Json;
using ImageOperator.Benchmarks.Reports;

namespace ImageOperator.Benchmarks.Operator;

/// <summary>The figures of the operator as tables, and as JSON.</summary>
internal static class OperatorReport
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string Text(OperatorFigures figures)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        Line(text, $"\nLoad average {figures.Load.DefaultIfEmpty().Min():0.0} to {figures.Load.DefaultIfEmpty().Max():0.0} on {Environment.ProcessorCount} processors");
        if (figures.Floor is { } floor)
            Line(text, $"floor, {InParallel.Clients} plain clients: {floor.CreatesPerSecond:0} creates/s, {floor.StatusAppliesPerSecond:0} status applies/s, {floor.MixedWritesPerSecond:0} writes/s of a build's own mix, each {floor.ServerMillisecondsPerWrite:0.0} ms of the server's CPU");
        if (figures.Backlog is { } backlog)
            Line(text, $"backlog of {backlog.Builds} builds: pods of all in {backlog.Seconds:0.0} s, {backlog.WritesPerSecond:0} writes/s by the operator; each {backlog.OperatorMilliseconds:0.0} ms of its own CPU, {backlog.ServerMilliseconds:0.0} ms of the server's");
        if (figures.Burst is { } burst)
        {
            Line(text, $"{burst.Builds} builds at once: applied in {burst.AppliedSeconds:0.0} s, all have a pod after {burst.AllPodsSeconds:0.0} s, all have ended after {burst.AllEndedSeconds:0.0} s; {burst.AllWritesPerSecond:0} writes/s by everybody");
            Line(text, $"  operator: {burst.OperatorCpuSeconds:0.0} s of CPU ({1000 * burst.OperatorCpuSeconds / burst.Builds:0} ms each), at most {burst.PeakResidentMiB:0} MiB resident");
            Line(text, $"  a build costs {burst.WritesUntilEnd:0.0} writes until it has ended, {burst.WritesInAll:0.0} in all, {burst.RequestsInAll:0.0} requests with reads:");
            foreach (var (kind, count) in burst.RequestsByKind) Line(text, $"    {count,6:0.00}  {kind}");
        }

        foreach (var latency in figures.Latency)
            Line(text, $"creation to pod at {latency.PerSecond}/s ({latency.Builds} builds): p50 {latency.MedianMilliseconds:0} ms, p99 {latency.P99Milliseconds:0} ms");
        if (figures.Rest is { } rest)
            Line(text, $"at rest, {rest.Seconds:0} s: {rest.WritesBesideLease} writes beside {rest.LeaseWrites} of the lease, {rest.Reads} reads, {rest.CpuPercent:0.00} % of a core; {rest.ResidentMiB:0} MiB resident, {rest.AnonymousMiB:0} MiB anonymous");
        if (figures.Store is { } store)
            Line(text, $"{store.Finished} ended builds and their pods: caches in sync after {store.StartSeconds:0.0} s; {store.ResidentMiB:0} MiB resident, {store.AnonymousMiB:0} MiB anonymous; {store.CpuSeconds:0.0} s of CPU");
        if (figures.Failover is { } failover)
        {
            Line(text, $"another leads after SIGKILL: {Seconds(failover.AfterKill)}; after SIGTERM: {Seconds(failover.AfterTerm)}");
            Line(text, $"{failover.OutageSeconds:0} s without an API server: all builds have ended {failover.EndedAfterOutage:0.0} s after its return, {(failover.NothingLostOrDoubled ? "nothing lost, nothing doubled, no process ended" : "AND SOMETHING WAS LOST OR DOUBLED")}");
        }

        Line(text, $"\n{"",-46}{"measured",14}{"target",14}");
        foreach (var target in Targets(figures))
        {
            FormattableString value = $"{target.Value:0.##} {target.Unit}";
            FormattableString limit = $"{(target.AtLeast ? ">=" : "<=")} {target.Limit:0.##} {target.Unit}";
            Line(text, $"{target.Name,-46}{(target.Value is null ? "-" : Invariant(value)),14}{Invariant(limit),14}  {target.Verdict}");
        }

        return text.ToString();
    }

    public static async Task<string> WriteAsync(OperatorFigures figures, string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "operator-" + figures.StartTime.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture) + ".json");
        var document = new { figures, Processors = Environment.ProcessorCount, Targets = Targets(figures).Select(t => new { t.Name, t.Value, t.Unit, t.Limit, t.Verdict }) };
        await File.WriteAllBytesAsync(path, JsonSerializer.SerializeToUtf8Bytes(document, Format)).ConfigureAwait(false);
        return path;
    }

    private static IEnumerable<Target> Targets(OperatorFigures figures)
    {
        yield return new("write rate of the backlog / floor", figures.Backlog?.WritesPerSecond / figures.Floor?.MixedWritesPerSecond, "x", 0.8) { AtLeast = true };
        yield return new("writes per build until it has ended", figures.Burst?.WritesUntilEnd, "", 8);
        yield return new("creation to pod, p99 at 10/s", figures.Latency.FirstOrDefault(l => l.PerSecond == 10)?.P99Milliseconds, "ms", 1000);
        yield return new("resident with the ended builds in store", figures.Store?.ResidentMiB, "MiB", 150);
        yield return new("writes at rest, beside the lease", figures.Rest?.WritesBesideLease, "", 0);
        yield return new("CPU at rest", figures.Rest?.CpuPercent, "%", 1);
        yield return new("another leads after SIGKILL, longest", figures.Failover?.AfterKill.Max(), "s", 5);
    }

    private static string Seconds(IReadOnlyList<double> values) => Invariant($"{Results.Median(values):0.0} s ({values.Min():0.0} to {values.Max():0.0})");

    private static void Line(StringWriter text, FormattableString line) => text.WriteLine(Invariant(line));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
