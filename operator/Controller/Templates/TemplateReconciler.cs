using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.Controller.Platforms;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Controllers;
using ImageOperator.Runtime.Events;
using k8s.Models;

namespace ImageOperator.Controller.Templates;

/// <summary>Says whether a template can be built, before anyone builds it. Secrets are not looked at: the operator may not read them.</summary>
internal abstract class TemplateReconciler<T>(
    IClient client, PlatformFinder finder, IStore<T> templates, IStatusWriter statuses, IEventRecorder events, TimeProvider time) : IReconciler
    where T : class, ITemplateObject
{
    /// <summary>References come and go without a word to us: ConfigMaps are not watched, their data would be held in memory for nothing.</summary>
    private static readonly TimeSpan MissingPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PresentPause = TimeSpan.FromMinutes(10);

    public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (templates.Get(key) is not { } template || template.Metadata.DeletionTimestamp is not null) return ReconcileResult.Done;
        var missing = await MissingAsync(template, cancellationToken).ConfigureAwait(false);
        var platforms = await PlatformsAsync(template, cancellationToken).ConfigureAwait(false);
        var verdict = TemplateVerdict.Of(template, missing, platforms);
        var status = verdict.ToStatus(template, time);
        if (!ReferenceEquals(await statuses.ApplyAsync(template, status, cancellationToken).ConfigureAwait(false), template) && verdict.IsNews(template))
        {
            events.Record(template, verdict.Ready ? EventSeverity.Normal : EventSeverity.Warning, verdict.Reason, "Validate", verdict.Message);
        }

        if (verdict.Reason == Reasons.ReferenceNotFound) return ReconcileResult.Waiting(MissingPause);
        if (!verdict.Ready) return platforms.Count > 0 ? ReconcileResult.Waiting(PresentPause) : ReconcileResult.Stalled(verdict.Reason);
        return platforms.Count > 0 || References(template).Any() ? ReconcileResult.Waiting(PresentPause) : ReconcileResult.Done;
    }

    /// <summary>What its targets refer to; of a template of the cluster only platforms of the cluster: the others are each build's.</summary>
    private async Task<IReadOnlyList<PlatformObservation>> PlatformsAsync(T template, CancellationToken cancellationToken)
    {
        var references = PlatformResolution.References(template.Content, [.. template.Content.Targets.Select(t => t.Name)]);
        if (template.Metadata.NamespaceProperty is { Length: > 0 } @namespace) return await finder.FindAsync(references, @namespace, cancellationToken).ConfigureAwait(false);
        var ofCluster = await finder.FindAsync(references.Where(r => r.Kind == PlatformKind.ClusterImagePlatform), "", cancellationToken).ConfigureAwait(false);
        return [.. ofCluster.Select(p => p with { Allowed = true })];
    }

    private async Task<IReadOnlyList<string>> MissingAsync(T template, CancellationToken cancellationToken)
    {
        // ConfigMaps are those of each build's namespace.
        if (string.IsNullOrEmpty(template.Metadata.NamespaceProperty)) return [];
        var missing = new List<string>();
        foreach (var (name, field, keys) in References(template))
        {
            var found = await client.FindAsync<V1ConfigMap>(new(template.Metadata.NamespaceProperty, name), cancellationToken).ConfigureAwait(false);
            if (found is null)
            {
                missing.Add($"{field}: ConfigMap {name} does not exist");
                continue;
            }

            missing.AddRange(keys.Where(k => found.Data?.ContainsKey(k) != true && found.BinaryData?.ContainsKey(k) != true)
                .Select(k => $"{field}: ConfigMap {name} has no key {k}"));
        }

        return missing;
    }

    private static IEnumerable<(string Name, string Field, IEnumerable<string> Keys)> References(T template) =>
        template.Content.Workspace.Select((w, i) => (w.ConfigMap, i)).Where(w => w.ConfigMap is not null)
            .Select(w => (w.ConfigMap!.Name, $"spec.workspace[{w.i}].configMap", w.ConfigMap.Items.Select(k => k.Key)))
            .Concat(template.Content.Parameters.Select((p, i) => (p.ConfigMapKeyRef, i)).Where(p => p.ConfigMapKeyRef is not null)
                .Select(p => (p.ConfigMapKeyRef!.Name, $"spec.parameters[{p.i}].configMapKeyRef", (IEnumerable<string>)[p.ConfigMapKeyRef.Key])));
}

/// <summary>For the templates of a namespace.</summary>
internal sealed class ImageTemplateReconciler(
    IClient client, PlatformFinder finder, IStore<ImageTemplate> templates, IStatusWriter statuses, IEventRecorder events, TimeProvider time)
    : TemplateReconciler<ImageTemplate>(client, finder, templates, statuses, events, time);

/// <summary>For the templates of the cluster.</summary>
internal sealed class ClusterImageTemplateReconciler(
    IClient client, PlatformFinder finder, IStore<ClusterImageTemplate> templates, IStatusWriter statuses, IEventRecorder events, TimeProvider time)
    : TemplateReconciler<ClusterImageTemplate>(client, finder, templates, statuses, events, time);
