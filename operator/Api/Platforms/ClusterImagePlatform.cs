using ImageOperator.Api.Schema;
using k8s.Models;

namespace ImageOperator.Api.Platforms;

/// <summary>An ImagePlatform of the whole cluster: owned by admins, used by the namespaces that it allows.</summary>
[KubernetesEntity(Group = GroupVersion.Group, ApiVersion = GroupVersion.Version, Kind = KindName, PluralName = PluralName)]
[Resource(ShortNames = ["cimgpf"], Categories = ["imageoperator"], ClusterScoped = true)]
[PrinterColumn("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status")]
[PrinterColumn("Platform", "string", ".status.platform")]
[PrinterColumn("Location", "string", ".status.location")]
[PrinterColumn("Reason", "string", ".status.conditions[?(@.type==\"Ready\")].reason")]
[PrinterColumn("Identity", "string", ".status.identity", Priority = 1)]
[PrinterColumn("Message", "string", ".status.conditions[?(@.type==\"Ready\")].message", Priority = 1)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
[CelRule("self.metadata.name.size() <= 63", "metadata.name must be no longer than 63 characters: shorten it")]
public sealed record ClusterImagePlatform : IPlatformObject, ISpec<ClusterImagePlatformSpec>
{
    /// <summary>The kind's name.</summary>
    public const string KindName = "ClusterImagePlatform";

    /// <summary>The resource's name in URLs.</summary>
    public const string PluralName = "clusterimageplatforms";

    public string ApiVersion { get; set; } = GroupVersion.ApiVersion;

    public string Kind { get; set; } = KindName;

    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Where to build, how, and for whom.</summary>
    public required ClusterImagePlatformSpec Spec { get; set; }

    /// <summary>Whether machines can be made there.</summary>
    public ImagePlatformStatus? Status { get; set; }

    ImagePlatformSpec IPlatformObject.Settings => Spec;
}
