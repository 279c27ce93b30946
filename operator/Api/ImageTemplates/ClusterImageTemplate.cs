using ImageOperator.Api.Schema;
using k8s.Models;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>
/// An ImageTemplate of the whole cluster: owned by admins, run by builds in the namespaces that it allows. ConfigMaps, Secrets,
/// claims and ImagePlatforms that it names are those of the build's namespace.
/// </summary>
[KubernetesEntity(Group = GroupVersion.Group, ApiVersion = GroupVersion.Version, Kind = KindName, PluralName = PluralName)]
[Resource(ShortNames = ["cimgt"], Categories = ["imageoperator"], ClusterScoped = true)]
[PrinterColumn("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status")]
[PrinterColumn("Targets", "string", ".status.targetSummary")]
[PrinterColumn("Suspended", "boolean", ".spec.suspend", Priority = 1)]
[PrinterColumn("Reason", "string", ".status.conditions[?(@.type==\"Ready\")].reason", Priority = 1)]
[PrinterColumn("Message", "string", ".status.conditions[?(@.type==\"Ready\")].message", Priority = 1)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
[CelRule("self.metadata.name.size() <= 63", "metadata.name must be no longer than 63 characters: shorten it")]
public sealed record ClusterImageTemplate : ITemplateObject, ISpec<ClusterImageTemplateSpec>
{
    /// <summary>The kind's name.</summary>
    public const string KindName = "ClusterImageTemplate";

    /// <summary>The resource's name in URLs.</summary>
    public const string PluralName = "clusterimagetemplates";

    public string ApiVersion { get; set; } = GroupVersion.ApiVersion;

    public string Kind { get; set; } = KindName;

    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What to build, and for whom.</summary>
    public required ClusterImageTemplateSpec Spec { get; set; }

    /// <summary>What the operator found about the template.</summary>
    public ImageTemplateStatus? Status { get; set; }

    ImageTemplateSpec ITemplateObject.Content => Spec;
}
