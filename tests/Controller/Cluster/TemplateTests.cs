using ImageOperator.Api.ImageTemplates;
using ImageOperator.Controller.Tests.Builds;
using ImageOperator.Runtime.Conditions;
using k8s.Models;

namespace ImageOperator.Controller.Tests.Cluster;

[Trait("Category", "Cluster")]
public sealed class TemplateTests
{
    [Fact]
    public async Task Template_ConfigMapMissing_StalledUntilAskedAgain()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.TemplateAsync(Given.Template with { Workspace = [new() { Path = "files", ConfigMap = new() { Name = "web-files" } }] });
        await ReadyAsync(cluster, "ReferenceNotFound");
        await cluster.Client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "web-files", NamespaceProperty = cluster.Namespace } }, default);

        await cluster.Client.MergePatchAsync<ImageTemplate>(
            cluster.Key("web"), System.Text.Json.Nodes.JsonNode.Parse("""{"metadata":{"annotations":{"imageoperator.dev/reconcile-requested-at":"now"}}}""")!.AsObject(), null, default);

        await ReadyAsync(cluster, "Valid");
    }

    [Fact]
    public async Task Template_Invalid_NamesTheField()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.TemplateAsync(Given.Template with { Provisioners = [new() { Name = "p", Shell = new() { Inline = ["echo $(params.absent)"] } }] });

        var ready = await ReadyAsync(cluster, "Invalid");

        Assert.Contains("spec.provisioners[0].shell.inline[0]", ready.Message, StringComparison.Ordinal);
    }

    private static async Task<V1Condition> ReadyAsync(TestCluster cluster, string reason)
    {
        V1Condition? ready = null;
        await TestCluster.UntilAsync(
            async () => (ready = (await cluster.Client.GetAsync<ImageTemplate>(cluster.Key("web"), default)).Status?.Conditions?.Find(ConditionTypes.Ready))?.Reason == reason,
            () => $"Ready {reason}, is {ready?.Reason}: {ready?.Message}");
        return ready!;
    }
}
