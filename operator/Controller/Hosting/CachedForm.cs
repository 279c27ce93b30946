using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Runtime.Client;
using k8s.Models;

namespace ImageOperator.Controller.Hosting;

/// <summary>
/// What the caches keep of builds and pods, of which there are thousands, most of them ended: nothing that no decision looks at, and what is alike only once.
/// </summary>
internal sealed class CachedForm
{
    private const int MostTemplates = 1000;
    private const int LongestShared = 64;

    private readonly ConcurrentDictionary<string, ImageTemplateSpec> templates = new(StringComparer.Ordinal);

    public ImageBuild Of(ImageBuild build)
    {
        Slim(build.Metadata);
        if (build.Status is not { } status || !IsEnded(status)) return build;

        // Snapshots of ended builds are many, of few templates.
        build.Status = status with
        {
            Template = status.Template is { } template ? Shared(template) : null,
            Targets = status.Targets?.Select(t => t with { Steps = null, Stages = null, Progress = null }).ToArray(),
        };
        return build;
    }

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

    private static bool IsEnded(ImageBuildStatus status) => status.CompletionTime is not null;

    private ImageTemplateSpec Shared(ImageTemplateSpec template)
    {
        if (templates.Count >= MostTemplates) templates.Clear();
        var digest = Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(template, RuntimeJson.Options)));
        return templates.GetOrAdd(digest, template);
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
