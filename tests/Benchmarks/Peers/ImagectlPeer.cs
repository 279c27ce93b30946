using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Benchmarks.Peers;

/// <summary>imagectl on this machine.</summary>
internal sealed class ImagectlPeer(BenchmarkOptions options) : IPeer
{
    public string Name => "imagectl";

    public async Task<Run> RunAsync(CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "build", "-f", Path.Combine(options.Work, "imagectl.yaml"), "--skip-tests", "--force", "--log", "json",
            "--state-dir", Path.Combine(options.Work, "state"), "--cache-dir", Path.Combine(options.Work, "cache"),
        ];
        var (seconds, started, output) = await ChildProcess.RunAsync(options.Imagectl, arguments, new Dictionary<string, string>(), cancellationToken).ConfigureAwait(false);
        var result = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]).RootElement;
        var status = result.GetProperty("targets")[0].Deserialize<TargetStatus>(ApiJson.Options)!;
        return new(seconds, Timeline.Of(status, started, seconds));
    }
}
