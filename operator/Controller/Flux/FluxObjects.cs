using k8s;
using k8s.Models;

namespace ImageOperator.Controller.Flux;

/// <summary>An object of Flux's source-controller: as much of it as a build needs.</summary>
internal abstract record FluxObject : IKubernetesObject<V1ObjectMeta>
{
    protected FluxObject(string version, string kind) => (ApiVersion, Kind) = ($"{FluxGroup.Name}/{version}", kind);

    public string ApiVersion { get; set; }

    public string Kind { get; set; }

    public V1ObjectMeta Metadata { get; set; } = new();

    public FluxStatus? Status { get; set; }
}

/// <summary>Its status.</summary>
internal sealed record FluxStatus(FluxArtifact? Artifact, IReadOnlyList<V1Condition>? Conditions);

/// <summary>What source-controller serves.</summary>
/// <param name="Url">Where, within the cluster.</param>
/// <param name="Digest">Its digest; before Flux 2 it was another field.</param>
/// <param name="Revision">What of the source it is: <c>main@sha1:…</c>.</param>
internal sealed record FluxArtifact(string? Url, string? Digest, string? Revision);

[KubernetesEntity(Group = FluxGroup.Name, ApiVersion = "v1", Kind = "GitRepository", PluralName = "gitrepositories")]
internal sealed record GitRepository() : FluxObject("v1", "GitRepository");

[KubernetesEntity(Group = FluxGroup.Name, ApiVersion = "v1", Kind = "OCIRepository", PluralName = "ocirepositories")]
internal sealed record OciRepository() : FluxObject("v1", "OCIRepository");

/// <summary>Before Flux 2.6.</summary>
[KubernetesEntity(Group = FluxGroup.Name, ApiVersion = "v1beta2", Kind = "OCIRepository", PluralName = "ocirepositories")]
internal sealed record EarlierOciRepository() : FluxObject("v1beta2", "OCIRepository");

[KubernetesEntity(Group = FluxGroup.Name, ApiVersion = "v1", Kind = "Bucket", PluralName = "buckets")]
internal sealed record Bucket() : FluxObject("v1", "Bucket");

/// <summary>Before Flux 2.4.</summary>
[KubernetesEntity(Group = FluxGroup.Name, ApiVersion = "v1beta2", Kind = "Bucket", PluralName = "buckets")]
internal sealed record EarlierBucket() : FluxObject("v1beta2", "Bucket");

/// <summary>The API group.</summary>
internal static class FluxGroup
{
    public const string Name = "source.toolkit.fluxcd.io";
}
