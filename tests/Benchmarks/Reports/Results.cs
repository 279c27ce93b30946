using ImageOperator.Benchmarks.Peers;

namespace ImageOperator.Benchmarks.Reports;

/// <summary>All that was measured in one run.</summary>
internal sealed record Results
{
    public const string PackerDefault = "packer default";
    public const string PackerTuned = "packer tuned";

    public required DateTimeOffset StartTime { get; init; }

    public required Dictionary<string, List<Run>> Runs { get; init; }

    /// <summary>The machine's load before the first and after each round: what the absolute times are worth.</summary>
    public List<double> Load { get; } = [];

    public IReadOnlyList<double>? PodLatency { get; set; }

    public long? OperatorMemory { get; set; }

    public double? Median(string peer) => Runs.TryGetValue(peer, out var runs) && runs.Count > 0 ? Median(runs.Select(r => r.Seconds)) : null;

    public double? MedianOf(string peer, string part)
    {
        var found = Runs.GetValueOrDefault(peer, []).Where(r => r.Parts.ContainsKey(part)).Select(r => r.Parts[part]).ToList();
        return found.Count > 0 ? Median(found) : null;
    }

    public IReadOnlyList<Target> Targets()
    {
        var (tuned, plain, local, cluster) = (Median(PackerTuned), Median(PackerDefault), Median("imagectl"), Median("cluster"));
        return
        [
            new("imagectl / packer tuned", local / tuned, "x", 0.75),
            new("imagectl / packer default", local / plain, "x", 0.4),
            new("cluster - imagectl", cluster - local, "s", 3),
            new("pod created, median", PodLatency is { Count: > 0 } pods ? Median(pods) * 1000 : null, "ms", 200),
            new("operator's memory at rest", OperatorMemory / 1048576.0, "MiB", 100),
        ];
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
