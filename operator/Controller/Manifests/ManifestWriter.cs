using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Controllers;
using k8s.Models;

namespace ImageOperator.Controller.Manifests;

/// <summary>Writes the manifest of a build into a ConfigMap that the build owns.</summary>
internal sealed class ManifestWriter(IClient client)
{
    private const string ManagedBy = "app.kubernetes.io/managed-by";
    private const string Operator = "image-operator";

    /// <summary>Called before the build's end is written: whoever sees the end finds the manifest.</summary>
    /// <returns>Why it cannot be written; null when it is there.</returns>
    public async Task<string?> EnsureAsync(ImageBuild build, ImageBuildStatus status, string name, CancellationToken cancellationToken)
    {
        var key = new ObjectKey(build.Metadata.NamespaceProperty, name);
        try
        {
            if (await client.FindAsync<V1ConfigMap>(key, cancellationToken).ConfigureAwait(false) is { } there)
            {
                // Written a moment ago, before a crash or a conflict.
                if (there.IsControlledBy(build.Metadata.Uid)) return null;
                if (!IsManifest(there)) return $"the ConfigMap {name} is no manifest of a build: it is left alone, choose another manifest.configMapName";
                await client.DeleteIfExistsAsync<V1ConfigMap>(key, new() { Uid = there.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
            }

            await client.CreateAsync(MapOf(build, status, name), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (ApiException e) when (e.Error is ApiError.Forbidden or ApiError.Invalid)
        {
            // No reason for a build not to end: a quota, a policy, more than a ConfigMap holds.
            return $"the ConfigMap {name} cannot be written: {e.Message}";
        }
    }

    private static bool IsManifest(V1ConfigMap map) =>
        map.Metadata.Labels is { } labels && labels.TryGetValue(ManagedBy, out var manager) && manager == Operator && labels.TryGetValue(Labels.Role, out var role) && role == Labels.ManifestRole;

    private static V1ConfigMap MapOf(ImageBuild build, ImageBuildStatus status, string name) => new()
    {
        Metadata = new()
        {
            Name = name,
            NamespaceProperty = build.Metadata.NamespaceProperty,
            Labels = new Dictionary<string, string>
            {
                [ManagedBy] = Operator,
                [Labels.Build] = build.Metadata.Name,
                [Labels.BuildUid] = build.Metadata.Uid,
                [Labels.Role] = Labels.ManifestRole,
            },
            OwnerReferences = [build.ControllerReference(blockOwnerDeletion: false)],
        },
        Data = BuildManifest.Of(build, status),
    };
}
