using ImageOperator.Api.Schema;
using k8s.Models;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>What to build: parameters, workspace files, targets, provisioners and tests. An ImageBuild runs it.</summary>
[KubernetesEntity(Group = GroupVersion.Group, ApiVersion = GroupVersion.Version, Kind = KindName, PluralName = PluralName)]
[Resource(ShortNames = ["imgt"], Categories = ["imageoperator"])]
[PrinterColumn("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status")]
[PrinterColumn("Targets", "string", ".status.targetSummary")]
[PrinterColumn("Suspended", "boolean", ".spec.suspend", Priority = 1)]
[PrinterColumn("Reason", "string", ".status.conditions[?(@.type==\"Ready\")].reason", Priority = 1)]
[PrinterColumn("Message", "string", ".status.conditions[?(@.type==\"Ready\")].message", Priority = 1)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
[CelRule("self.metadata.name.size() <= 63", "metadata.name must be no longer than 63 characters: shorten it")]
public sealed record ImageTemplate : ITemplateObject, ISpec<ImageTemplateSpec>
{
    /// <summary>The kind's name.</summary>
    public const string KindName = "ImageTemplate";

    /// <summary>The resource's name in URLs.</summary>
    public const string PluralName = "imagetemplates";

    public string ApiVersion { get; set; } = GroupVersion.ApiVersion;

    public string Kind { get; set; } = KindName;

    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What to build.</summary>
    public required ImageTemplateSpec Spec { get; set; }

    /// <summary>What the operator found about the template.</summary>
    public ImageTemplateStatus? Status { get; set; }

    ImageTemplateSpec ITemplateObject.Content => Spec;
}
