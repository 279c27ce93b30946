using System.Globalization;
using ImageOperator.Benchmarks.Cluster;
using ImageOperator.Benchmarks.Peers;
using ImageOperator.Benchmarks.Reports;

namespace ImageOperator.Benchmarks;

/// <summary>Measures all peers in turn, so that a busy moment of the machine hits none of them alone.</summary>
internal sealed class Benchmark(BenchmarkOptions options)
{
    // What the operator frees, it has freed by then.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(15);

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var cluster = options.Kubeconfig is { } file ? new BuildCluster(file, options.Namespace) : null;
        List<IPeer> peers =
        [
            new PackerPeer(Results.PackerDefault, "10s", options), new PackerPeer(Results.PackerTuned, "3s", options), new ImagectlPeer(options),
        ];
        if (cluster is not null)
        {
            await cluster.DeleteAllBuildsAsync(cancellationToken).ConfigureAwait(false);
            peers.Add(new ClusterPeer(cluster));
        }

        var results = new Results { StartTime = TimeProvider.System.GetUtcNow(), Runs = peers.ToDictionary(p => p.Name, _ => new List<Run>()) };
        results.Load.Add(Load());
        for (var round = 0; round <= options.Runs; round++)
        {
            for (var i = 0; i < peers.Count; i++)
            {
                // Each round begins with another peer; the first fills the caches and does not count.
                var peer = peers[(i + round) % peers.Count];
                var run = await peer.RunAsync(cancellationToken).ConfigureAwait(false);
                if (round > 0) results.Runs[peer.Name].Add(run);
                Say($"{(round == 0 ? "warm-up" : $"run {round}/{options.Runs}"),-10} {peer.Name,-16} {run.Seconds,6:0.00} s");
            }

            results.Load.Add(Load());
        }

        if (cluster is not null)
        {
            Say($"pod latency of {options.Pods} builds, one by one");
            results.PodLatency = await new PodLatency(cluster).MeasureAsync(options.Pods, cancellationToken).ConfigureAwait(false);
            await Task.Delay(Rest, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            results.OperatorMemory = await new OperatorMemory(cluster).ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        await new TextReport(results).WriteAsync(Console.Out).ConfigureAwait(false);
        var json = await JsonReport.WriteAsync(results, options.Output, cancellationToken).ConfigureAwait(false);
        Console.WriteLine($"\n{json}");
        return 0;
    }

    private static double Load() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
