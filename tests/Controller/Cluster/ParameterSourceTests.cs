using ImageOperator.Api.ImageTemplates;
using ImageOperator.Controller.Tests.Builds;
using ImageOperator.Runtime.Conditions;
using k8s.Models;

namespace ImageOperator.Controller.Tests.Cluster;

[Trait("Category", "Cluster")]
public sealed class ParameterSourceTests
{
    [Fact]
    public async Task Parameter_FromAConfigMap_IsWaitedForReadOnceAndRecorded()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.TemplateAsync(Given.Template with
        {
            Parameters = [new() { Name = "packages", Type = ParameterType.List, ItemType = ParameterType.String, ConfigMapKeyRef = new() { Name = "site", Key = "packages" } }],
        });
        await cluster.BuildAsync();
        await cluster.WaitAsync(b => b.Status?.Conditions?.Find("Ready")?.Reason == "ReferenceNotFound", "waiting for the ConfigMap");

        await cluster.Client.CreateAsync(
            new V1ConfigMap { Metadata = new() { Name = "site", NamespaceProperty = cluster.Namespace }, Data = new Dictionary<string, string> { ["packages"] = "- nginx\n- curl\n" } }, default);

        var build = await cluster.WaitAsync(b => b.Status?.Parameters is not null, "the snapshot");
        Assert.Equal("""["nginx","curl"]""", build.Status!.Parameters!["packages"].GetRawText());
        await cluster.PodAsync("web-1-lab-1");
    }
}
