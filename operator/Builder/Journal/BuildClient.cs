using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Builder.Pod;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace ImageOperator.Builder.Journal;

/// <summary>The two calls that a builder may make: read its ImageBuild, and apply its own target's status.</summary>
internal sealed class BuildClient : IDisposable
{
    /// <summary>A call that takes longer is taken for lost, and made again.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(15);

    private readonly PodOptions _options;
    private readonly Kubernetes _client;

    public BuildClient(PodOptions options)
    {
        _options = options;
        var configuration = options.Kubeconfig is { } file
            ? KubernetesClientConfiguration.BuildConfigFromConfigFile(file)
            : KubernetesClientConfiguration.InClusterConfig();
        configuration.HttpClientTimeout = CallTimeout;
        _client = new(configuration);
    }

    /// <returns>Null if it does not exist, or is another of the same name.</returns>
    public async Task<ImageBuild?> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            var element = (JsonElement)await _client.CustomObjects.GetNamespacedCustomObjectAsync(
                GroupVersion.Group, GroupVersion.Version, _options.Namespace, ImageBuild.PluralName, _options.Build, cancellationToken).ConfigureAwait(false);
            var build = element.Deserialize<ImageBuild>(ApiJson.Options)!;
            return build.Metadata.Uid == _options.Uid ? build : null;
        }
        catch (HttpOperationException e) when (ApiFailure.IsGone(e))
        {
            return null;
        }
    }

    /// <summary>Applies the target's status without force: what a newer attempt owns is a conflict.</summary>
    public Task ApplyAsync(TargetStatus status, string fieldManager, CancellationToken cancellationToken) =>
        ApplyAsync(status, fieldManager, resourceVersion: null, force: false, cancellationToken);

    /// <summary>Raises the target's attempt over whoever holds it, which fences them. A conflict if the build has changed since it was read.</summary>
    public Task TakeOverAsync(TargetStatus status, string fieldManager, string resourceVersion, CancellationToken cancellationToken) =>
        ApplyAsync(status, fieldManager, resourceVersion, force: true, cancellationToken);

    /// <summary>Applies what is settled of the workspace, if the build is still as it was read.</summary>
    public Task ApplyAsync(IReadOnlyList<WorkspaceStatus> workspace, string resourceVersion, CancellationToken cancellationToken) =>
        ApplyAsync(new { workspace }, FieldManagers.Workspace, resourceVersion, force: false, cancellationToken);

    private Task ApplyAsync(TargetStatus status, string fieldManager, string? resourceVersion, bool force, CancellationToken cancellationToken) =>
        ApplyAsync(new { targets = new[] { status } }, fieldManager, resourceVersion, force, cancellationToken);

    private async Task ApplyAsync(object status, string fieldManager, string? resourceVersion, bool force, CancellationToken cancellationToken)
    {
        var body = new
        {
            apiVersion = GroupVersion.ApiVersion,
            kind = ImageBuild.KindName,
            metadata = new { name = _options.Build, @namespace = _options.Namespace, resourceVersion },
            status,
        };
        var json = EmptyValues.Prune(JsonSerializer.SerializeToNode(body, ApiJson.Options)!)!;
        var patch = new V1Patch(json.ToJsonString(), V1Patch.PatchType.ApplyPatch);
        await _client.CustomObjects.PatchNamespacedCustomObjectStatusAsync(
            patch, GroupVersion.Group, GroupVersion.Version, _options.Namespace, ImageBuild.PluralName, _options.Build,
            fieldManager: fieldManager, force: force, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _client.Dispose();
}
