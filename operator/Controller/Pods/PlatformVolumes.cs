using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Gcp;
using ImageOperator.Api.Platforms.Pods;
using ImageOperator.Api.Protocol;
using k8s.Models;

namespace ImageOperator.Controller.Pods;

/// <summary>The volumes that a platform adds to a pod: its credentials, as files, and its pod template's own.</summary>
internal static class PlatformVolumes
{
    private const int OwnerAndGroup = 0x120; // 0440
    private const int TokenSeconds = 3600;

    // Beside the names of the operator's own volumes.
    private const string Prefix = "extra-";

    /// <param name="platform">The platform.</param>
    /// <param name="optional">The pod must start although things are gone: it removes what a build left.</param>
    public static IEnumerable<MountedVolume> Of(ImagePlatformSpec? platform, bool optional)
    {
        if (platform is null) yield break;
        if (platform.Credentials?.SecretRef is { } secret)
        {
            yield return PodVolumes.At(
                "credentials", PodPaths.Credentials,
                v => v.Secret = new() { SecretName = secret.Name, DefaultMode = OwnerAndGroup, Optional = optional ? true : null },
                readOnly: true);
        }
        else if (platform.Credentials?.ServiceAccountName is not null && Audience(platform) is { } audience)
        {
            yield return PodVolumes.At(
                "credentials", PodPaths.Credentials,
                v => v.Projected = new()
                {
                    DefaultMode = OwnerAndGroup,
                    Sources = [new() { ServiceAccountToken = new() { Path = PodPaths.TokenFile, Audience = audience, ExpirationSeconds = TokenSeconds } }],
                },
                readOnly: true);
        }

        foreach (var mounted in Extra(platform.PodTemplate, optional)) yield return mounted;
    }

    private static string? Audience(ImagePlatformSpec platform) => platform.Credentials!.TokenAudience
        ?? (platform.Aws is not null ? "sts.amazonaws.com"
            : platform.Azure is not null ? "api://AzureADTokenExchange"
            : platform.Gcp?.WorkloadIdentityProvider is { } provider ? GcpUniverse.Of(platform.Gcp).TokenAudience(provider)
            : null);

    private static IEnumerable<MountedVolume> Extra(PodTemplate? template, bool optional)
    {
        foreach (var mount in template?.VolumeMounts ?? [])
        {
            if (template!.Volumes.FirstOrDefault(v => v.Name == mount.Name) is not { } volume) continue;
            var mounted = PodVolumes.At(Prefix + volume.Name, mount.MountPath, v => Fill(v, volume, optional), mount.ReadOnly);
            mounted.Mount.SubPath = mount.SubPath;
            yield return mounted;
        }
    }

    private static void Fill(V1Volume to, PodVolume from, bool optional)
    {
        bool? lenient = optional ? true : null;
        if (from.ConfigMap is { } map)
        {
            to.ConfigMap = new() { Name = map.Name, Optional = lenient, Items = Items(map.Items.Select(i => (i.Key, i.Path))) };
        }
        else if (from.Secret is { } secret)
        {
            to.Secret = new() { SecretName = secret.SecretName, DefaultMode = OwnerAndGroup, Optional = lenient, Items = Items(secret.Items.Select(i => (i.Key, i.Path))) };
        }
        else if (from.PersistentVolumeClaim is { } claim)
        {
            to.PersistentVolumeClaim = new() { ClaimName = claim.ClaimName };
        }
        else
        {
            to.EmptyDir = new() { SizeLimit = from.EmptyDir?.SizeLimit is { } limit ? new(limit.ToString()) : null };
        }
    }

    private static V1KeyToPath[]? Items(IEnumerable<(string Key, string Path)> items)
    {
        var all = items.Select(i => new V1KeyToPath { Key = i.Key, Path = i.Path }).ToArray();
        return all.Length > 0 ? all : null;
    }
}
