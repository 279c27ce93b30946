using System.IO.Compression;
using System.Text;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Cli.Logs;
using ImageOperator.Controller.Tests.Pods;

namespace ImageOperator.Cli.Tests.Logs;

public sealed class StoredLogsTests
{
    private static readonly string Gap = """{"level":"warning","event":"cut","message":"90 lines"}""";

    [Fact]
    public async Task Whole_IsTheStoredLog_AndWhatOnlyTheKeptOneHas()
    {
        // The stored log ends when the builder is killed, or has said too much; what it said last the operator has.
        string[] kept = [Line(1), Gap, Line(98), Line(99), Line(100), Line(101)];

        Assert.Equal([.. Lines(1, 99), Line(100), Line(101)], await JoinAsync(Zip(Lines(1, 99)), kept));
        Assert.Equal(Lines(1, 101), await JoinAsync(Zip(Lines(1, 101)), kept));
    }

    [Fact]
    public async Task TornFile_IsReadAsFarAsItGoes()
    {
        var zipped = Zip(Lines(1, 5000));

        var read = await JoinAsync(zipped[..(zipped.Length / 2)], [Line(1), Gap, Line(5001)]);

        Assert.Equal(Line(1), read[0]);
        Assert.Equal(Line(5001), read[^1]);
        Assert.InRange(read.Count, 1000, 5000);
    }

    [Fact]
    public void ReaderPod_IsRestricted_AndHasNoToken()
    {
        var build = new ImageBuild { Metadata = new() { Name = "web", Uid = "u" }, Spec = new() };

        var pod = ReaderPod.Of(build, new() { Image = "builder", User = 65532, PullSecrets = ["registry"] }, "images", "web/web-lab-1.log.jsonl.gz");

        Assert.Empty(RestrictedStandard.Violations(pod.Spec));
        Assert.False(pod.Spec.AutomountServiceAccountToken);
        Assert.True(pod.Spec.Containers[0].SecurityContext.ReadOnlyRootFilesystem);
        Assert.True(pod.Spec.Containers[0].VolumeMounts.Single(m => m.MountPath == "/store").ReadOnlyProperty);
        Assert.Equal(["print", "/store/web/web-lab-1.log.jsonl.gz"], pod.Spec.Containers[0].Args);
    }

    private static string Line(int number) => $$"""{"time":"2026-11-22T21:{{number / 60 / 60 % 60:00}}:{{number / 60 % 60:00}}.{{number % 60:000}}Z","message":"{{number}}"}""";

    private static string[] Lines(int from, int to) => [.. Enumerable.Range(from, to - from + 1).Select(Line)];

    private static byte[] Zip(IEnumerable<string> lines)
    {
        using var result = new MemoryStream();
        using (var gzip = new GZipStream(result, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        return result.ToArray();
    }

    private static async Task<List<string>> JoinAsync(byte[] stored, string[] kept)
    {
        var read = new List<string>();
        var rest = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', kept) + "\n"));
        await foreach (var line in StoredLogs.JoinAsync(new MemoryStream(stored), rest, TestContext.Current.CancellationToken)) read.Add(line);
        return read;
    }
}
