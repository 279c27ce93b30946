using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Manifests;
using ImageOperator.Controller.Tests.Builds;
using ImageOperator.Runtime.Conditions;
using ImageOperator.Runtime.Controllers;
using k8s.Models;

namespace ImageOperator.Controller.Tests.Cluster;

/// <summary>What a build leaves in a ConfigMap.</summary>
[Trait("Category", "Cluster")]
public sealed class ManifestTests
{
    [Fact]
    public async Task Succeeded_TheConfigMapSaysWhatCameOut_AndGoesWithTheBuild()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);

        var build = await SucceedAsync(cluster);

        var map = await cluster.Client.GetAsync<V1ConfigMap>(cluster.Key("images-web-1"), TestContext.Current.CancellationToken);
        Assert.True(map.IsControlledBy(build.Metadata.Uid));
        Assert.Equal("hostpath:/srv/out/x", map.Data["lab.id"]);
        using var manifest = JsonDocument.Parse(map.Data[BuildManifest.Key]);
        var root = manifest.RootElement;
        Assert.Equal((build.Metadata.Uid, "BuildManifest"), (root.GetProperty("build").GetProperty("uid").GetString(), root.GetProperty("kind").GetString()));
        Assert.Equal(("lab", "qcow2"), (root.GetProperty("artifacts")[0].GetProperty("target").GetString(), root.GetProperty("artifacts")[0].GetProperty("type").GetString()));
        Assert.Equal("lab", root.GetProperty("targets")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task ConfigMapOfSomeoneElse_IsLeftAlone_AndTheBuildEndsAllTheSame()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.Client.CreateAsync(
            new V1ConfigMap { Metadata = new() { Name = "images-web-1", NamespaceProperty = cluster.Namespace }, Data = new Dictionary<string, string> { ["mine"] = "yes" } }, TestContext.Current.CancellationToken);

        await SucceedAsync(cluster);

        var map = await cluster.Client.GetAsync<V1ConfigMap>(cluster.Key("images-web-1"), TestContext.Current.CancellationToken);
        Assert.Equal(["mine"], map.Data.Keys);
    }

    private static async Task<ImageBuild> SucceedAsync(TestCluster cluster)
    {
        await cluster.TemplateAsync(Given.Template with { Manifest = new() { ConfigMapName = "images-$(build.name)" } });
        await cluster.BuildAsync();
        var builder = await new ScriptedBuilder(cluster).RunAsync();
        await builder.WriteAsync(TargetPhase.Succeeded, BuildStage.Distributed);
        await builder.ExitAsync(0);
        return await cluster.WaitAsync(b => b.Status?.Conditions?.Find("Ready")?.Reason == "Succeeded", "the end");
    }
}
