using k8s;
using k8s.Models;

namespace ImageOperator.Api.Platforms;

/// <summary>An ImagePlatform or a ClusterImagePlatform.</summary>
public interface IPlatformObject : IKubernetesObject<V1ObjectMeta>, IStatus<ImagePlatformStatus?>
{
    /// <summary>What both kinds have in their spec.</summary>
    ImagePlatformSpec Settings { get; }
}
