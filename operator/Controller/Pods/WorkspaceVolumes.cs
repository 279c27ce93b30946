using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Protocol;
using k8s.Models;

namespace ImageOperator.Controller.Pods;

/// <summary>The volumes of a workspace: what is mounted, room for what the builder fetches, and the credentials that it fetches with.</summary>
internal static class WorkspaceVolumes
{
    private const int OwnerAndGroup = 0x120; // 0440

    /// <param name="entries">The workspace.</param>
    /// <param name="sweeper">A sweeper reads no files, and must start although they are gone.</param>
    public static IEnumerable<MountedVolume> Of(IReadOnlyList<WorkspaceSource> entries, bool sweeper)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            if (Mounted(entry, i, sweeper) is { } mounted) yield return mounted;
            if (!sweeper && entry.CredentialsRef() is { } secret)
            {
                yield return PodVolumes.At(
                    $"workspace-credentials-{i}", $"{PodPaths.WorkspaceCredentials}/{i}",
                    v => v.Secret = new() { SecretName = secret.Name, DefaultMode = OwnerAndGroup },
                    readOnly: true);
            }
        }
    }

    private static MountedVolume? Mounted(WorkspaceSource entry, int index, bool sweeper)
    {
        var (name, at) = ($"workspace-{index}", $"{PodPaths.Workspace}/{entry.Path}");
        bool? optional = sweeper ? true : null;
        switch (entry)
        {
            case { ConfigMap: { } map }:
                return PodVolumes.At(name, at, v => v.ConfigMap = new() { Name = map.Name, Items = Items(map.Items), Optional = optional }, readOnly: true);
            case { Secret: { } secret }:
                return PodVolumes.At(name, at, v => v.Secret = new() { SecretName = secret.Name, Items = Items(secret.Items), DefaultMode = OwnerAndGroup, Optional = optional }, readOnly: true);
            case { PersistentVolumeClaim: { } claim } when !sweeper:
                var mounted = PodVolumes.At(name, at, v => v.PersistentVolumeClaim = new() { ClaimName = claim.ClaimName }, readOnly: true);
                mounted.Mount.SubPath = claim.SubPath;
                return mounted;
            default:
                return entry.IsFetched() && !sweeper ? PodVolumes.At(name, at, v => v.EmptyDir = new()) : null;
        }
    }

    private static V1KeyToPath[]? Items(IReadOnlyList<KeyToPath> items) =>
        items.Count > 0 ? [.. items.Select(i => new V1KeyToPath { Key = i.Key, Path = i.Path })] : null;
}
