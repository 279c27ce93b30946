using ImageOperator.Api.Schema;
using k8s.Models;

namespace ImageOperator.Api.Platforms;

/// <summary>Where to build: account, region, network, credentials, limits and pod settings. Templates refer to it by a target's platformRef.</summary>
[KubernetesEntity(Group = GroupVersion.Group, ApiVersion = GroupVersion.Version, Kind = KindName, PluralName = PluralName)]
[Resource(ShortNames = ["imgpf"], Categories = ["imageoperator"])]
[PrinterColumn("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status")]
[PrinterColumn("Platform", "string", ".status.platform")]
[PrinterColumn("Location", "string", ".status.location")]
[PrinterColumn("Reason", "string", ".status.conditions[?(@.type==\"Ready\")].reason")]
[PrinterColumn("Identity", "string", ".status.identity", Priority = 1)]
[PrinterColumn("Message", "string", ".status.conditions[?(@.type==\"Ready\")].message", Priority = 1)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
[CelRule("self.metadata.name.size() <= 63", "metadata.name must be no longer than 63 characters: shorten it")]
public sealed record ImagePlatform : IPlatformObject, ISpec<ImagePlatformSpec>
{
    /// <summary>The kind's name.</summary>
    public const string KindName = "ImagePlatform";

    /// <summary>The resource's name in URLs.</summary>
    public const string PluralName = "imageplatforms";

    public string ApiVersion { get; set; } = GroupVersion.ApiVersion;

    public string Kind { get; set; } = KindName;

    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Where to build, and how.</summary>
    public required ImagePlatformSpec Spec { get; set; }

    /// <summary>Whether machines can be made there.</summary>
    public ImagePlatformStatus? Status { get; set; }

    ImagePlatformSpec IPlatformObject.Settings => Spec;
}
