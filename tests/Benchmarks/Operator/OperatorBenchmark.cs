using System.Globalization;
using ImageOperator.Testing.Servers;

namespace ImageOperator.Benchmarks.Operator;

/// <summary>Measures the operator on a real API server, whose node and builders only pretend; the floor in the same run.</summary>
internal sealed class OperatorBenchmark(OperatorBenchmarkOptions options)
{
    private static readonly (int PerSecond, int Builds)[] Rates = [(1, 30), (10, 200), (50, 500)];

    public async Task<int> RunAsync()
    {
        var (found, missing) = ControlPlaneOptions.Find(AppContext.BaseDirectory);
        if (found is null)
        {
            await Console.Error.WriteLineAsync(missing).ConfigureAwait(false);
            return 1;
        }

        await using var plane = await ControlPlane.StartAsync(found with { Audit = true, Controllers = true }).ConfigureAwait(false);
        var figures = new OperatorFigures { StartTime = TimeProvider.System.GetUtcNow() };
        var measure = new Measurements(plane, options.Program);
        await StepAsync("warm-up", figures, measure.WarmUpAsync).ConfigureAwait(false);

        // The floor before and after: the better one counts against us.
        await StepAsync("floor", figures, async () => figures.Floor = await measure.FloorAsync(options.Builds / 2).ConfigureAwait(false)).ConfigureAwait(false);
        await StepAsync("backlog", figures, async () => figures.Backlog = await measure.BacklogAsync(options.Builds).ConfigureAwait(false)).ConfigureAwait(false);
        await StepAsync("floor again", figures, async () => figures.Floor = Better(figures.Floor, await measure.FloorAsync(options.Builds / 2).ConfigureAwait(false))).ConfigureAwait(false);
        await StepAsync("burst", figures, async () => figures.Burst = await measure.BurstAsync(options.Builds).ConfigureAwait(false)).ConfigureAwait(false);
        foreach (var (perSecond, builds) in Rates)
            await StepAsync($"latency at {perSecond}/s", figures, async () => figures.Latency.Add(await measure.LatencyAsync(perSecond, builds).ConfigureAwait(false))).ConfigureAwait(false);
        await StepAsync("rest", figures, async () => figures.Rest = await measure.RestAsync(options.Rest).ConfigureAwait(false)).ConfigureAwait(false);
        await StepAsync("failover and outage", figures, async () => figures.Failover = await new Failover(plane, options.Program).MeasureAsync(options.Outage).ConfigureAwait(false)).ConfigureAwait(false);
        await StepAsync("store", figures, async () => figures.Store = await measure.StoreAsync(options.Finished).ConfigureAwait(false)).ConfigureAwait(false);

        Console.WriteLine(OperatorReport.Text(figures));
        Console.WriteLine(await OperatorReport.WriteAsync(figures, options.Output).ConfigureAwait(false));
        return 0;
    }

    private static FloorFigures Better(FloorFigures? a, FloorFigures b) => a is null ? b : new(
        Math.Max(a.CreatesPerSecond, b.CreatesPerSecond), Math.Max(a.StatusAppliesPerSecond, b.StatusAppliesPerSecond), Math.Max(a.MixedWritesPerSecond, b.MixedWritesPerSecond),
        Math.Min(a.ServerMillisecondsPerWrite, b.ServerMillisecondsPerWrite));

    private async Task StepAsync(string name, OperatorFigures figures, Func<Task> step)
    {
        // What the warm-up makes is copied by the others.
        if (name != "warm-up" && options.Only.Count > 0 && !options.Only.Any(o => name.StartsWith(o, StringComparison.Ordinal))) return;
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            await step().ConfigureAwait(false);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-22} {TimeProvider.System.GetElapsedTime(started).TotalSeconds,6:0.0} s"));
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException or HttpRequestException)
        {
            // The other figures are worth having; this one is told as not measured.
            Console.WriteLine($"{name,-22} failed: {e.Message}");
        }

        figures.Load.Add(double.Parse((await File.ReadAllTextAsync("/proc/loadavg").ConfigureAwait(false)).Split(' ')[0], CultureInfo.InvariantCulture));
    }
}
