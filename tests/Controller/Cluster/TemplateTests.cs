using System.Text.Json.Nodes;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Controller.Tests.Builds;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Conditions;
using ImageOperator.Testing.Status;
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
            cluster.Key("web"), JsonNode.Parse("""{"metadata":{"annotations":{"imageoperator.dev/reconcile-requested-at":"now"}}}""")!.AsObject(), null, default);

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

    [Fact]
    public async Task Suspended_BuildsWaitUntilItIsResumed_AndEventsSayWhatConditionsSay()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.TemplateAsync(Given.Template with { Suspend = true });
        await ReadyAsync(cluster, "Suspended");
        await cluster.BuildAsync();
        await cluster.WaitAsync(b => b.Status?.Conditions?.Find(ConditionTypes.Ready)?.Reason == "TemplateSuspended", "the build to wait");

        await cluster.Client.MergePatchAsync<ImageTemplate>(cluster.Key("web"), JsonNode.Parse("""{"spec":{"suspend":false}}""")!.AsObject(), null, default);

        await cluster.PodAsync("web-1-lab-1");
        await ReadyAsync(cluster, "Valid");
        IReadOnlyList<string> reasons = [];
        await TestCluster.UntilAsync(
            async () =>
            {
                reasons = await cluster.Client.ListAsync<Eventsv1Event>(new() { Namespace = cluster.Namespace }, default)
                    .Where(e => e.Regarding.ApiVersion.StartsWith("imageoperator.dev", StringComparison.Ordinal)).Select(e => e.Reason).ToListAsync();
                return new[] { "Suspended", "TemplateSuspended", "PodCreated", "Valid" }.All(reasons.Contains);
            },
            () => $"the events, seen {string.Join(", ", reasons)}");
        Assert.Subset(Vocabulary.Reasons.ToHashSet(), reasons.ToHashSet());
    }

    [Fact]
    public async Task AskedToReconcile_SaysWhichRequestWasHandled()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.TemplateAsync(Given.Template);
        await cluster.BuildAsync(new() { TemplateRef = new() { Name = "absent" } });
        var asked = JsonNode.Parse("""{"metadata":{"annotations":{"imageoperator.dev/reconcile-requested-at":"2026-01-31T12:00:00Z"}}}""")!.AsObject();

        await cluster.Client.MergePatchAsync<ImageTemplate>(cluster.Key("web"), asked, null, default);
        await cluster.Client.MergePatchAsync<ImageBuild>(cluster.Key("web-1"), asked, null, default);

        await cluster.WaitAsync(b => b.Status?.LastHandledReconcileAt == "2026-01-31T12:00:00Z", "the build's answer");
        await TestCluster.UntilAsync(
            async () => (await cluster.Client.GetAsync<ImageTemplate>(cluster.Key("web"), default)).Status?.LastHandledReconcileAt == "2026-01-31T12:00:00Z", () => "the template's answer");
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
