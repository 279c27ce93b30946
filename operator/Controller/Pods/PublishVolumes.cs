using ImageOperator.Api.Protocol;

namespace ImageOperator.Controller.Pods;

/// <summary>The volumes that publishing needs: the credentials of each entry, and the claims to publish to.</summary>
internal static class PublishVolumes
{
    private const int OwnerAndGroup = 0x120; // 0440

    public static IEnumerable<MountedVolume> Of(PodPlan plan)
    {
        // A plan looks at earlier results, if there are any.
        if (plan.Build.Spec.PlanOnly && plan.Earlier.Count == 0) yield break;
        for (var i = 0; i < plan.Target.Publish.Count; i++)
        {
            var entry = plan.Target.Publish[i];
            if (entry.PersistentVolumeClaim is { } claim)
            {
                yield return PodVolumes.At($"publish-{i}", $"{PodPaths.Publish}/{i}", v => v.PersistentVolumeClaim = new() { ClaimName = claim.ClaimName });
            }

            if (entry.CredentialsRef() is { } secret)
            {
                // A sweeper must start although the Secret has gone before: it says then what it could not remove.
                yield return PodVolumes.At(
                    $"publish-credentials-{i}", $"{PodPaths.PublishCredentials}/{i}",
                    v => v.Secret = new() { SecretName = secret.Name, DefaultMode = OwnerAndGroup, Optional = plan.Sweeper ? true : null },
                    readOnly: true);
            }
        }
    }
}
