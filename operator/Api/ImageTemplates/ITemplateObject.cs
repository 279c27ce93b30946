using k8s;
using k8s.Models;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>An ImageTemplate or a ClusterImageTemplate.</summary>
public interface ITemplateObject : IKubernetesObject<V1ObjectMeta>, IStatus<ImageTemplateStatus?>
{
    /// <summary>What both kinds have in their spec.</summary>
    ImageTemplateSpec Content { get; }
}
