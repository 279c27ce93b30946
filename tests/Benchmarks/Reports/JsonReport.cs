using System.Globalization;
using System.Text.Json;

namespace ImageOperator.Benchmarks.Reports;

/// <summary>The results for programs.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task<string> WriteAsync(Results results, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, results.StartTime.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture) + ".json");
        var document = new
        {
            results.StartTime,
            Processors = Environment.ProcessorCount,
            results.Load,
            Peers = results.Runs.ToDictionary(r => r.Key, r => new { MedianSeconds = results.Median(r.Key), Runs = r.Value }),
            PodLatencySeconds = results.PodLatency,
            OperatorMemoryBytes = results.OperatorMemory,
            Targets = results.Targets().Select(t => new { t.Name, t.Value, t.Unit, t.Limit, t.Verdict }),
        };
        await File.WriteAllBytesAsync(path, JsonSerializer.SerializeToUtf8Bytes(document, Format), cancellationToken).ConfigureAwait(false);
        return path;
    }
}
