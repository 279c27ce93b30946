using ImageOperator.Api.Schema;
using k8s;
using k8s.Models;

namespace ImageOperator.Api.ImageBuilds;

/// <summary>One run of a template.</summary>
[KubernetesEntity(Group = GroupVersion.Group, ApiVersion = GroupVersion.Version, Kind = KindName, PluralName = PluralName)]
[Resource(ShortNames = ["imgb"], Categories = ["imageoperator"])]
[PrinterColumn("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status")]
[PrinterColumn("Stage", "string", ".status.stage")]
[PrinterColumn("Targets", "string", ".status.targetSummary", Description = "Finished targets of all")]
[PrinterColumn("Artifact", "string", ".status.artifacts[0].id")]
[PrinterColumn("Duration", "string", ".status.duration")]
[PrinterColumn("Reason", "string", ".status.conditions[?(@.type==\"Ready\")].reason", Priority = 1)]
[PrinterColumn("Queue", "integer", ".status.queue.position", Priority = 1, Description = "Place in the queue")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
[CelRule("self.metadata.name.size() <= 63", "metadata.name must be no longer than 63 characters: shorten it")]
public sealed record ImageBuild : IKubernetesObject<V1ObjectMeta>, ISpec<ImageBuildSpec>, IStatus<ImageBuildStatus?>
{
    /// <summary>The kind's name.</summary>
    public const string KindName = "ImageBuild";

    /// <summary>The resource's name in URLs.</summary>
    public const string PluralName = "imagebuilds";

    public string ApiVersion { get; set; } = GroupVersion.ApiVersion;

    public string Kind { get; set; } = KindName;

    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What to run.</summary>
    public required ImageBuildSpec Spec { get; set; }

    /// <summary>How the run stands.</summary>
    public ImageBuildStatus? Status { get; set; }
}
