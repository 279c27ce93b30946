using ImageOperator.Api.ImageBuilds;
using k8s.Models;

namespace ImageOperator.Controller.Hosting;

/// <summary>
/// What the caches keep of builds and pods, of which there are thousands, most of them ended: nothing that no decision looks at, and those that have ended packed.
/// </summary>
internal static class CachedForm
{
    private const int LongestShared = 64;

    public static ImageBuild Of(ImageBuild build)
    {
        Slim(build.Metadata);
        if (build.Status is not { CompletionTime: not null } status) return build;
        build.Status = status with { Targets = status.Targets?.Select(t => t with { Steps = null, Stages = null, Progress = null }).ToArray() };
        return build;
    }

    /// <summary>Whether a build is seldom looked at from now on.</summary>
    public static bool IsEnded(ImageBuild build) => build is { Status.CompletionTime: not null, Metadata.DeletionTimestamp: null };

    /// <summary>Whether a pod is seldom looked at from now on.</summary>
    public static bool IsEnded(V1Pod pod) => pod is { Status.Phase: "Succeeded" or "Failed", Metadata.DeletionTimestamp: null };

    public static V1Pod Of(V1Pod pod)
    {
        Slim(pod.Metadata);
        pod.Metadata.Annotations = null;
        pod.Spec = null;
        pod.Status = new()
        {
            Phase = pod.Status?.Phase is { } phase ? string.Intern(phase) : null,
            Reason = pod.Status?.Reason,
            Message = pod.Status?.Message,
            Conditions = pod.Status?.Conditions?.Where(c => c.Type == "PodScheduled").ToArray(),
            ContainerStatuses = pod.Status?.ContainerStatuses?.Select(c => new V1ContainerStatus { Name = string.Intern(c.Name), State = c.State, LastState = c.LastState }).ToArray(),
        };
        return pod;
    }

    private static void Slim(V1ObjectMeta metadata)
    {
        metadata.ManagedFields = null;
        metadata.NamespaceProperty = string.Intern(metadata.NamespaceProperty);
        metadata.Labels = metadata.Labels?.ToDictionary(l => string.Intern(l.Key), l => Common(l.Key, l.Value), StringComparer.Ordinal);
        foreach (var owner in metadata.OwnerReferences ?? [])
        {
            (owner.ApiVersion, owner.Kind) = (string.Intern(owner.ApiVersion), string.Intern(owner.Kind));
        }
    }

    // The build's name and UID are in few objects: those the garbage collector may have back.
    private static string Common(string key, string value) =>
        value.Length <= LongestShared && key is not (Api.Protocol.Labels.Build or Api.Protocol.Labels.BuildUid) ? string.Intern(value) : value;
}
