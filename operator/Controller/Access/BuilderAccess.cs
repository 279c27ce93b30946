using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Platforms;
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
    public Task EnsureAsync(ImageBuild build, IReadOnlyList<PlatformSnapshot> platforms, CancellationToken cancellationToken) => Task.WhenAll(
        CreateAsync(Of(build, new V1ServiceAccount { AutomountServiceAccountToken = false }), cancellationToken),
        EnsureRoleAsync(build, platforms, cancellationToken));

    public Task RemoveAsync(ImageBuild build, CancellationToken cancellationToken) => Task.WhenAll(
        DeleteAsync<V1RoleBinding>(build, cancellationToken),
        DeleteAsync<V1Role>(build, cancellationToken),
        DeleteAsync<V1ServiceAccount>(build, cancellationToken));

    private async Task EnsureRoleAsync(ImageBuild build, IReadOnlyList<PlatformSnapshot> platforms, CancellationToken cancellationToken)
    {
        await CreateAsync(
            Of(build, new V1Role
            {
                Rules =
                [
                    Rule(build, ImageBuild.PluralName, "get"),
                    Rule(build, $"{ImageBuild.PluralName}/status", "patch"),
                ],
            }),
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
                        .Select(account => new Rbacv1Subject { Kind = V1ServiceAccount.KubeKind, Name = account, NamespaceProperty = build.Metadata.NamespaceProperty }),
                ],
            }),
            cancellationToken).ConfigureAwait(false);
    }

    private static V1PolicyRule Rule(ImageBuild build, string resource, params string[] verbs) =>
        new() { ApiGroups = [GroupVersion.Group], Resources = [resource], ResourceNames = [build.Metadata.Name], Verbs = verbs };

    private static T Of<T>(ImageBuild build, T obj)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        obj.Metadata = new()
        {
            Name = PodNames.Access(build.Metadata.Name),
            NamespaceProperty = build.Metadata.NamespaceProperty,
            Labels = new Dictionary<string, string> { ["app.kubernetes.io/managed-by"] = "image-operator", [Api.Protocol.Labels.BuildUid] = build.Metadata.Uid },
            OwnerReferences = [build.ControllerReference(blockOwnerDeletion: false)],
        };
        return obj;
    }

    private async Task CreateAsync<T>(T obj, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            await client.CreateAsync(obj, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Error == ApiError.AlreadyExists)
        {
            var existing = await client.FindAsync<T>(ObjectKey.Of(obj), cancellationToken).ConfigureAwait(false);
            // Of a build of the same name that is being collected, or someone else's: it must not become ours.
            if (existing?.IsControlledBy(obj.Metadata.OwnerReferences[0].Uid) != true) throw;
        }
    }

    private async Task DeleteAsync<T>(ImageBuild build, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var key = new ObjectKey(build.Metadata.NamespaceProperty, PodNames.Access(build.Metadata.Name));
        var existing = await client.FindAsync<T>(key, cancellationToken).ConfigureAwait(false);
        if (existing?.IsControlledBy(build.Metadata.Uid) == true)
        {
            await client.DeleteIfExistsAsync<T>(key, new() { Uid = existing.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
        }
    }
}
