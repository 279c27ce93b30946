using System.Text.Json.Nodes;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Controller.Tests.Builds;
using ImageOperator.Runtime.Conditions;
using k8s;
using k8s.Models;

namespace ImageOperator.Controller.Tests.Cluster;

/// <summary>Workspaces of Flux's sources, with Flux's kind on the API server and nobody behind it.</summary>
[Trait("Category", "Cluster")]
public sealed class FluxTests
{
    private const string Group = "source.toolkit.fluxcd.io";

    [Fact]
    public async Task Build_WaitsForTheArtifact_AndKeepsIt()
    {
        await using var cluster = await TestCluster.StartAsync();
        using var kubernetes = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Kubeconfig));
        await InstallAsync(kubernetes);
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.TemplateAsync(Given.Template with { Workspace = [new() { Path = "site", Flux = new() { Kind = FluxKind.GitRepository, Name = "site" } }] });
        await cluster.BuildAsync();
        var waiting = await cluster.WaitAsync(b => b.Status?.Conditions?.Find(ConditionTypes.Ready)?.Reason == "WorkspaceNotReady", "the build to wait");
        Assert.Contains("spec.workspace[0].flux: GitRepository site does not exist in namespace", waiting.Status!.Conditions!.Find(ConditionTypes.Ready)!.Message, StringComparison.Ordinal);

        await CreateAsync(kubernetes, cluster.Namespace, "main@sha1:1", "1");
        // Flux's objects are not watched: a person need not wait for the next look.
        await AskAsync(cluster);
        var taken = await cluster.WaitAsync(b => b.Status?.Workspace is not null, "the artifact to be taken");
        var pin = Assert.Single(taken.Status!.Workspace!);
        Assert.Equal(("site", "main@sha1:1", "http://source-controller/1.tar.gz", "sha256:1"), (pin.Path, pin.Revision, pin.Url, pin.Digest));

        await StatusAsync(kubernetes, cluster.Namespace, "main@sha1:2", "2");
        await AskAsync(cluster);
        await cluster.PodAsync("web-1-lab-1");
        Assert.Equal("sha256:1", Assert.Single((await cluster.Client.GetAsync<Api.ImageBuilds.ImageBuild>(cluster.Key("web-1"), default)).Status!.Workspace!).Digest);
    }

    [Fact]
    public async Task Build_OfAKindThatTheClusterDoesNotKnow_SaysWhatToInstall()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.TemplateAsync(Given.Template with { Workspace = [new() { Path = "site", Flux = new() { Kind = FluxKind.Bucket, Name = "site" } }] });
        await cluster.BuildAsync();

        var waiting = await cluster.WaitAsync(b => b.Status?.Conditions?.Find(ConditionTypes.Ready)?.Reason == "WorkspaceNotReady", "the build to wait");

        Assert.Contains("the cluster does not know the kind Bucket: install Flux's source-controller", waiting.Status!.Conditions!.Find(ConditionTypes.Ready)!.Message, StringComparison.Ordinal);
    }

    private static async Task AskAsync(TestCluster cluster) => await cluster.Client.MergePatchAsync<Api.ImageBuilds.ImageBuild>(
        cluster.Key("web-1"), new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["imageoperator.dev/reconcile-requested-at"] = Guid.NewGuid().ToString() } } }, null, default);

    private static async Task InstallAsync(Kubernetes kubernetes)
    {
        var crd = new V1CustomResourceDefinition
        {
            Metadata = new() { Name = $"gitrepositories.{Group}" },
            Spec = new()
            {
                Group = Group,
                Scope = "Namespaced",
                Names = new() { Kind = "GitRepository", ListKind = "GitRepositoryList", Plural = "gitrepositories", Singular = "gitrepository" },
                Versions =
                [
                    new()
                    {
                        Name = "v1", Served = true, Storage = true, Subresources = new() { Status = new object() },
                        Schema = new() { OpenAPIV3Schema = new() { Type = "object", XKubernetesPreserveUnknownFields = true } },
                    },
                ],
            },
        };
        try
        {
            await kubernetes.ApiextensionsV1.CreateCustomResourceDefinitionAsync(crd);
        }
        catch (k8s.Autorest.HttpOperationException e) when (e.Response.StatusCode == System.Net.HttpStatusCode.Conflict)
        {
            // It is there.
        }

        await TestCluster.UntilAsync(
            async () => (await kubernetes.ApiextensionsV1.ReadCustomResourceDefinitionAsync($"gitrepositories.{Group}")).Status?.Conditions?.Any(c => c is { Type: "Established", Status: "True" }) == true,
            () => "the kind is not served");
    }

    private static async Task CreateAsync(Kubernetes kubernetes, string @namespace, string revision, string name)
    {
        await kubernetes.CustomObjects.CreateNamespacedCustomObjectAsync(
            JsonNode.Parse("""{"apiVersion":"source.toolkit.fluxcd.io/v1","kind":"GitRepository","metadata":{"name":"site"},"spec":{"url":"https://git.example.com/site.git"}}""")!,
            Group, "v1", @namespace, "gitrepositories");
        await StatusAsync(kubernetes, @namespace, revision, name);
    }

    private static async Task StatusAsync(Kubernetes kubernetes, string @namespace, string revision, string name) => await kubernetes.CustomObjects.PatchNamespacedCustomObjectStatusAsync(
        new V1Patch(
            new JsonObject { ["status"] = new JsonObject { ["artifact"] = new JsonObject { ["url"] = $"http://source-controller/{name}.tar.gz", ["digest"] = $"sha256:{name}", ["revision"] = revision } } }.ToJsonString(),
            V1Patch.PatchType.MergePatch),
        Group, "v1", @namespace, "gitrepositories", "site");
}
