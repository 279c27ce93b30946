using k8s;
using k8s.Models;

namespace ImageOperator.Controller.Flux;

/// <summary>An object of Flux's source-controller: as much of it as a build needs.</summary>
internal interface IFluxObject : IKubernetesObject<V1ObjectMeta>
{
    FluxStatus? Status { get; }
}

/// <summary>Its status.</summary>
internal sealed record FluxStatus(FluxArtifact? Artifact, IReadOnlyList<V1Condition>? Conditions);

/// <summary>What source-controller serves.</summary>
/// <param name="Url">Where, within the cluster.</param>
/// <param name="Digest">Its digest; before Flux 2 it was another field.</param>
/// <param name="Revision">What of the source it is: <c>main@sha1:…</c>.</param>
internal sealed record FluxArtifact(string? Url, string? Digest, string? Revision);

[KubernetesEntity(Group = FluxGroup.Name, ApiVersion = "v1", Kind = "GitRepository", PluralName = "gitrepositories")]
internal sealed record GitRepository : IFluxObject
{
    public string ApiVersion { get; set; } = FluxGroup.Name + "/v1";

    public string Kind { get; set; } = "GitRepository";

    public V1ObjectMeta Metadata { get; set; } = new();

    public FluxStatus? Status { get; set; }
}

[KubernetesEntity(Group = FluxGroup.Name, ApiVersion = "v1", Kind = "OCIRepository", PluralName = "ocirepositories")]
internal sealed record OciRepository : IFluxObject
{
    public string ApiVersion { get; set; } = FluxGroup.Name + "/v1";

    public string Kind { get; set; } = "OCIRepository";

    public V1ObjectMeta Metadata { get; set; } = new();

    public FluxStatus? Status { get; set; }
}

/// <summary>Before Flux 2.6.</summary>
[KubernetesEntity(Group = FluxGroup.Name, ApiVersion = "v1beta2", Kind = "OCIRepository", PluralName = "ocirepositories")]
internal sealed record EarlierOciRepository : IFluxObject
{
    public string ApiVersion { get; set; } = FluxGroup.Name + "/v1beta2";

    public string Kind { get; set; } = "OCIRepository";

    public V1ObjectMeta Metadata { get; set; } = new();

    public FluxStatus? Status { get; set; }
}

[KubernetesEntity(Group = FluxGroup.Name, ApiVersion = "v1", Kind = "Bucket", PluralName = "buckets")]
internal sealed record Bucket : IFluxObject
{
    public string ApiVersion { get; set; } = FluxGroup.Name + "/v1";

    public string Kind { get; set; } = "Bucket";

    public V1ObjectMeta Metadata { get; set; } = new();

    public FluxStatus? Status { get; set; }
}

/// <summary>Before Flux 2.4.</summary>
[KubernetesEntity(Group = FluxGroup.Name, ApiVersion = "v1beta2", Kind = "Bucket", PluralName = "buckets")]
internal sealed record EarlierBucket : IFluxObject
{
    public string ApiVersion { get; set; } = FluxGroup.Name + "/v1beta2";

    public string Kind { get; set; } = "Bucket";

    public V1ObjectMeta Metadata { get; set; } = new();

    public FluxStatus? Status { get; set; }
}

/// <summary>The API group.</summary>
internal static class FluxGroup
{
    public const string Name = "source.toolkit.fluxcd.io";
}
