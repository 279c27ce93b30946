using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Builder.Journal;
using ImageOperator.Builder.Pod;
using ImageOperator.Engine.Events;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace ImageOperator.Builder.Tests.Journal;

/// <summary>ImageBuilds on the API server that IMAGEOPERATOR_TEST_KUBECONFIG names, in a namespace of the tests' own.</summary>
public sealed class BuildOnServer : IAsyncLifetime
{
    private readonly string _namespace = $"builder-{Guid.NewGuid():N}"[..20];
    private readonly string? _kubeconfig = Environment.GetEnvironmentVariable("IMAGEOPERATOR_TEST_KUBECONFIG");
    private Kubernetes? _kubernetes;

    public async ValueTask InitializeAsync()
    {
        if (_kubeconfig is null) return;
        _kubernetes = new(KubernetesClientConfiguration.BuildConfigFromConfigFile(_kubeconfig));
        await InstallAsync("imagebuilds");
        await _kubernetes.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new() { Name = _namespace } });
    }

    public async ValueTask DisposeAsync()
    {
        if (_kubernetes is null) return;
        await _kubernetes.CoreV1.DeleteNamespaceAsync(_namespace);
        _kubernetes.Dispose();
    }

    internal async Task<ImageBuild> CreateAsync(bool cancel = false)
    {
        Assert.SkipWhen(_kubeconfig is null, "needs an API server: config/dev/cluster/cluster.sh up, then set IMAGEOPERATOR_TEST_KUBECONFIG to its kubeconfig");
        var body = JsonSerializer.SerializeToElement(
            new
            {
                apiVersion = GroupVersion.ApiVersion,
                kind = ImageBuild.KindName,
                metadata = new { name = $"b-{Guid.NewGuid():N}"[..12] },
                spec = new { templateRef = new { name = "none" }, cancel, failurePolicy = new { maxAttempts = 1 } },
            });
        var created = (JsonElement)await _kubernetes!.CustomObjects.CreateNamespacedCustomObjectAsync(
            body, GroupVersion.Group, GroupVersion.Version, _namespace, ImageBuild.PluralName);
        return created.Deserialize<ImageBuild>(ApiJson.Options)!;
    }

    internal Task DeleteAsync(ImageBuild build) => _kubernetes!.CustomObjects.DeleteNamespacedCustomObjectAsync(
        GroupVersion.Group, GroupVersion.Version, _namespace, ImageBuild.PluralName, build.Metadata.Name);

    /// <summary>What the operator does before it starts an attempt; under another name, as there may be one.</summary>
    internal Task SetAttemptAsync(ImageBuild build, string target, int attempt)
    {
        var body = JsonSerializer.Serialize(new
        {
            apiVersion = GroupVersion.ApiVersion,
            kind = ImageBuild.KindName,
            metadata = new { name = build.Metadata.Name },
            status = new { targets = new[] { new { name = target, attempt } } },
        });
        return _kubernetes!.CustomObjects.PatchNamespacedCustomObjectStatusAsync(
            new V1Patch(body, V1Patch.PatchType.ApplyPatch), GroupVersion.Group, GroupVersion.Version, _namespace, ImageBuild.PluralName,
            build.Metadata.Name, fieldManager: "builder-tests", force: true);
    }

    internal BuildClient Client(ImageBuild build) => new(new PodOptions
    {
        Namespace = _namespace,
        Build = build.Metadata.Name,
        Uid = build.Metadata.Uid,
        Target = "lab",
        Kubeconfig = _kubeconfig,
    });

    internal StatusJournal Journal(ImageBuild build, BuildClient client, string target, int attempt) =>
        new(client, new(build.Metadata.Uid, _namespace, build.Metadata.Name, target, attempt), new Silent(), TimeProvider.System);

    private async Task InstallAsync(string plural)
    {
        var yaml = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "crds", $"{GroupVersion.Group}_{plural}.yaml"));
        try
        {
            await _kubernetes!.ApiextensionsV1.CreateCustomResourceDefinitionAsync(KubernetesYaml.Deserialize<V1CustomResourceDefinition>(yaml));
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == System.Net.HttpStatusCode.Conflict)
        {
            // Installed already, with or without an operator: these builds have no template, so it leaves them alone.
        }
    }

    private sealed class Silent : IBuildObserver
    {
        public void Observe(BuildEvent buildEvent)
        {
        }
    }
}
