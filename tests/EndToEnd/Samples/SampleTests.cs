using ImageOperator.EndToEnd.Tests.Status;
using ImageOperator.EndToEnd.Tests.Testbed;
using ImageOperator.Runtime.Conditions;

namespace ImageOperator.EndToEnd.Tests.Samples;

/// <summary>Every folder of config/samples builds, with nothing changed but the checksum of the source image.</summary>
[Trait("Category", "Cluster")]
public sealed class SampleTests(Cluster cluster)
{
    public static TheoryData<string> Samples() => [.. Sample.All];

    [Fact]
    public void Samples_AreThere() => Assert.Contains("quickstart", Sample.All);

    [Theory]
    [MemberData(nameof(Samples))]
    public Task Sample_Applied_Succeeds(string sample) => Lab.RunAsync(cluster, sample, async lab =>
    {
        var names = await Sample.ApplyAsync(lab, sample);
        Assert.NotEmpty(names);
        foreach (var name in names)
        {
            await using var watch = await lab.WatchAsync(name);

            var done = await watch.EndAsync();

            StatusContract.Holds(watch, KStatusCode.Current);
            var targets = done.Status!.Targets!.Count;
            Assert.Equal($"{targets}/{targets}", done.Status.TargetSummary);
            Assert.Equal(done.Status.Targets.Select(t => t.Name), done.Status.Artifacts!.Select(a => a.Target));
            foreach (var artifact in done.Status.Artifacts!) await Images.CheckAsync(lab, artifact);
            await Leftovers.OfEndedAsync(lab, done);
            Assert.Equal(
                done.Status.Artifacts.Select(a => Images.PathOf(lab, a)).SelectMany(f => new[] { f, f + ".sha256" }).Order(StringComparer.Ordinal),
                lab.Files().Select(f => Path.Combine(lab.Folder, f)));
        }
    });
}
