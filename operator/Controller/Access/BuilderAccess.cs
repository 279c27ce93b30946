using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Pods;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Controllers;
using k8s;
using k8s.Models;

namespace ImageOperator.Controller.Access;

/// <summary>
/// The service account of a build's pods: it may read its own build and write its status, nothing else. Where a platform trusts a
/// service account of its own (workload identity), pods run as that one, and it may do the same while the build lasts (ADR 0010).
/// </summary>
internal sealed class BuilderAccess(IClient client)
{
    /// <param name="build">The build.</param>
    /// <param name="platforms">The platforms of its snapshot.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task EnsureAsync(ImageBuild build, IReadOnlyList<PlatformSnapshot> platforms, CancellationToken cancellationToken)
    {
        // The account is the build's, role and binding are the account's: whoever deletes it takes all three away, with one request.
        var account = await CreateAsync(
            Of(build, new V1ServiceAccount { AutomountServiceAccountToken = false }, build.ControllerReference(blockOwnerDeletion: false)), cancellationToken).ConfigureAwait(false);
        await EnsureRoleAsync(build, platforms, account.ControllerReference(blockOwnerDeletion: false), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The tokens are worth nothing from now on; role and binding are collected by the cluster.</summary>
    public async Task RemoveAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        var key = new ObjectKey(build.Metadata.NamespaceProperty, PodNames.Access(build.Metadata.Name));
        var existing = await client.FindAsync<V1ServiceAccount>(key, cancellationToken).ConfigureAwait(false);
        if (existing?.IsControlledBy(build.Metadata.Uid) == true)
        {
            await client.DeleteIfExistsAsync<V1ServiceAccount>(
                key, new() { Uid = existing.Metadata.Uid, Propagation = PropagationPolicy.Background }, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task EnsureRoleAsync(ImageBuild build, IReadOnlyList<PlatformSnapshot> platforms, V1OwnerReference account, CancellationToken cancellationToken)
    {
        await CreateAsync(
            Of(build, new V1Role
            {
                Rules =
                [
                    Rule(build, ImageBuild.PluralName, "get"),
                    Rule(build, $"{ImageBuild.PluralName}/status", "patch"),
                ],
            }, account),
            cancellationToken).ConfigureAwait(false);

        // Second: the server checks that the operator holds what it binds, and for that the role must exist.
        var name = PodNames.Access(build.Metadata.Name);
        await CreateAsync(
            Of(build, new V1RoleBinding
            {
                RoleRef = new() { ApiGroup = V1Role.KubeGroup, Kind = V1Role.KubeKind, Name = name },
                Subjects =
                [
                    .. platforms.Select(p => p.Spec.Credentials?.ServiceAccountName).OfType<string>().Prepend(name).Distinct()
                        .Select(subject => new Rbacv1Subject { Kind = V1ServiceAccount.KubeKind, Name = subject, NamespaceProperty = build.Metadata.NamespaceProperty }),
                ],
            }, account),
            cancellationToken).ConfigureAwait(false);
    }

    private static V1PolicyRule Rule(ImageBuild build, string resource, params string[] verbs) =>
        new() { ApiGroups = [GroupVersion.Group], Resources = [resource], ResourceNames = [build.Metadata.Name], Verbs = verbs };

    private static T Of<T>(ImageBuild build, T obj, V1OwnerReference owner)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        obj.Metadata = new()
        {
            Name = PodNames.Access(build.Metadata.Name),
            NamespaceProperty = build.Metadata.NamespaceProperty,
            Labels = new Dictionary<string, string> { ["app.kubernetes.io/managed-by"] = "image-operator", [Labels.BuildUid] = build.Metadata.Uid },
            OwnerReferences = [owner],
        };
        return obj;
    }

    private async Task<T> CreateAsync<T>(T obj, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            return await client.CreateAsync(obj, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Error == ApiError.AlreadyExists)
        {
            var existing = await client.FindAsync<T>(ObjectKey.Of(obj), cancellationToken).ConfigureAwait(false);
            if (existing?.IsControlledBy(obj.Metadata.OwnerReferences[0].Uid) == true) return existing;

            // Of a build of the same name that is being collected, or someone else's: it must not become ours. Of an account of this build that
            // is gone: it will be collected, and would be taken from under the next pod.
            if (existing is null || !IsOfBuild(existing, obj)) throw;
            await client.DeleteIfExistsAsync<T>(ObjectKey.Of(obj), new() { Uid = existing.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
            return await client.CreateAsync(obj, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsOfBuild<T>(T existing, T wanted)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        existing.Metadata.Labels?.TryGetValue(Labels.BuildUid, out var uid) == true && uid == wanted.Metadata.Labels[Labels.BuildUid]
        && existing.Metadata.OwnerReferences?.Any(o => o.Kind == V1ServiceAccount.KubeKind) == true;
}
