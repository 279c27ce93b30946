using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Platforms;
using ImageOperator.Runtime.Client;
using k8s.Models;

namespace ImageOperator.Controller.Tests.Cluster;

[Trait("Category", "Cluster")]
public sealed class ProbeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A builder's name (<c>BUILD-TARGET-1</c>) may be that of a probe. The builder must live.</summary>
    [Fact]
    public async Task Probe_NameIsTakenBySomeoneElse_OtherNameAndTheirsIsLeftAlone()
    {
        await using var cluster = await TestCluster.StartAsync();
        await TestCluster.UntilAsync(async () => await cluster.Client.FindAsync<V1ServiceAccount>(cluster.Key("default"), Stop) is not null, () => "the service account");
        var theirs = await cluster.Client.CreateAsync(Pod(cluster), Stop);
        await using var op = await TestOperator.StartAsync(cluster);

        var platform = await cluster.Client.CreateAsync(
            new ImagePlatform { Metadata = new() { Name = "lab-1", NamespaceProperty = cluster.Namespace }, Spec = new() { Qemu = new() } }, Stop);

        var probe = await cluster.PodAsync(ProbePods.OtherName(platform));
        Assert.True(ProbePods.IsProbeOf(probe, platform));
        var still = await cluster.Client.GetAsync<V1Pod>(cluster.Key("probe-lab-1"), Stop);
        Assert.Equal((theirs.Metadata.Uid, null), (still.Metadata.Uid, still.Metadata.DeletionTimestamp));
    }

    private static V1Pod Pod(TestCluster cluster) => new()
    {
        Metadata = new()
        {
            Name = "probe-lab-1",
            NamespaceProperty = cluster.Namespace,
            Labels = new Dictionary<string, string> { [Labels.Role] = Labels.BuilderRole },
        },
        Spec = new()
        {
            NodeSelector = new Dictionary<string, string> { ["test.imageoperator.dev/none"] = "none" },
            Containers = [new() { Name = "builder", Image = "docker.io/library/busybox:latest" }],
        },
    };
}
