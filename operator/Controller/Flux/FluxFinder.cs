using ImageOperator.Api.ImageTemplates;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Conditions;
using Types = ImageOperator.Api.Conditions.ConditionTypes;

namespace ImageOperator.Controller.Flux;

/// <summary>Reads the artifacts of Flux's sources. The right to do so is given by who uses them: without, it is said how.</summary>
internal sealed class FluxFinder(IClient client)
{
    public async Task<IReadOnlyList<FluxObservation>> FindAsync(ImageTemplateSpec template, string @namespace, CancellationToken cancellationToken) =>
        await Task.WhenAll(template.Workspace.Select((w, i) => (Entry: w, Field: $"workspace[{i}].flux")).Where(w => w.Entry.Flux is not null)
            .Select(w => FindAsync(w.Entry, w.Field, @namespace, cancellationToken))).ConfigureAwait(false);

    private async Task<FluxObservation> FindAsync(WorkspaceSource entry, string field, string @namespace, CancellationToken cancellationToken)
    {
        var (kind, name) = (entry.Flux!.Kind, entry.Flux.Name);
        try
        {
            var found = await ReadAsync(kind, new(@namespace, name), cancellationToken).ConfigureAwait(false);
            if (found is null) return Missing($"{kind} {name} does not exist in namespace {@namespace}");
            if (found.Status?.Artifact is not { Url: { Length: > 0 } url, Digest: { Length: > 0 } digest } artifact)
            {
                var why = found.Status?.Conditions?.Find(Types.Ready)?.Message;
                return Missing($"{kind} {name} has no artifact yet{(string.IsNullOrEmpty(why) ? "" : $": {why}")}");
            }

            return new(new() { Path = entry.Path, Url = url, Revision = artifact.Revision ?? digest, Digest = digest }, null);
        }
        catch (ApiException e) when (e.Error == ApiError.Forbidden)
        {
            return Missing($"the operator must not read {kind} {name}: give it the right with config/rbac-flux, or the chart's rbac.fluxSources");
        }
        catch (ApiException e) when (e.Error == ApiError.Transient && e.StatusCode == 404)
        {
            return Missing($"the cluster does not know the kind {kind}: install Flux's source-controller");
        }

        FluxObservation Missing(string what) => new(null, $"{field}: {what}");
    }

    private async Task<FluxObject?> ReadAsync(FluxKind kind, ObjectKey key, CancellationToken cancellationToken) => kind switch
    {
        FluxKind.GitRepository => await client.FindAsync<GitRepository>(key, cancellationToken).ConfigureAwait(false),
        FluxKind.OCIRepository => await EitherAsync<OciRepository, EarlierOciRepository>(key, cancellationToken).ConfigureAwait(false),
        _ => await EitherAsync<Bucket, EarlierBucket>(key, cancellationToken).ConfigureAwait(false),
    };

    /// <summary>Older clusters serve the older version only.</summary>
    private async Task<FluxObject?> EitherAsync<TNew, TOld>(ObjectKey key, CancellationToken cancellationToken)
        where TNew : FluxObject
        where TOld : FluxObject
    {
        try
        {
            return await client.FindAsync<TNew>(key, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Error == ApiError.Transient && e.StatusCode == 404)
        {
            return await client.FindAsync<TOld>(key, cancellationToken).ConfigureAwait(false);
        }
    }
}
