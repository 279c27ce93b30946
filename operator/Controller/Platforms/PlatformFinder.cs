using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.Controller.Hosting;
using ImageOperator.Runtime.Client;
using k8s.Models;
using Microsoft.Extensions.Options;

namespace ImageOperator.Controller.Platforms;

/// <summary>Looks up what templates and builds refer to beyond their namespace. Read from the server: what is applied together may be older in a cache.</summary>
internal sealed class PlatformFinder(IClient client, IOptions<OperatorOptions> options)
{
    /// <summary>With rights in one namespace only there is nothing of the cluster to look at.</summary>
    private bool SeesCluster => options.Value.WatchNamespace.Length == 0;

    public async Task<IReadOnlyList<PlatformObservation>> FindAsync(IEnumerable<PlatformReference> references, string @namespace, CancellationToken cancellationToken) =>
        await Task.WhenAll(references.Select(r => FindAsync(r, @namespace, cancellationToken))).ConfigureAwait(false);

    public async Task<PlatformObservation> FindAsync(PlatformReference reference, string @namespace, CancellationToken cancellationToken)
    {
        if (reference.Kind == PlatformKind.ImagePlatform)
        {
            return new(reference, await client.FindAsync<ImagePlatform>(new(@namespace, reference.Name), cancellationToken).ConfigureAwait(false), Allowed: true);
        }

        var platform = SeesCluster ? await client.FindAsync<ClusterImagePlatform>(new("", reference.Name), cancellationToken).ConfigureAwait(false) : null;
        return new(reference, platform, platform is not null && await IsAllowedAsync(platform.Spec.AllowedNamespaces, @namespace, cancellationToken).ConfigureAwait(false));
    }

    /// <returns>The template, if there is one, and whether the namespace may use it.</returns>
    public async Task<(ImageTemplateSpec? Template, bool Allowed)> FindAsync(TemplateReference reference, string @namespace, CancellationToken cancellationToken)
    {
        if (reference.Kind == TemplateKind.ImageTemplate)
        {
            var own = await client.FindAsync<ImageTemplate>(new(@namespace, reference.Name), cancellationToken).ConfigureAwait(false);
            return (own?.Spec, true);
        }

        var template = SeesCluster ? await client.FindAsync<ClusterImageTemplate>(new("", reference.Name), cancellationToken).ConfigureAwait(false) : null;
        return (template?.Spec, template is not null && await IsAllowedAsync(template.Spec.AllowedNamespaces, @namespace, cancellationToken).ConfigureAwait(false));
    }

    private async Task<bool> IsAllowedAsync(AllowedNamespaces? allowed, string name, CancellationToken cancellationToken)
    {
        if (allowed is null) return false;
        if (allowed.Names.Contains(name)) return true;
        if (allowed.Selector is null) return false;
        var found = await client.FindAsync<V1Namespace>(new("", name), cancellationToken).ConfigureAwait(false);
        return found is not null && allowed.Allows(name, new Dictionary<string, string>(found.Metadata.Labels ?? new Dictionary<string, string>()));
    }
}
