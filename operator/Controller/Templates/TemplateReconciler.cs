using ImageOperator.Api.ImageTemplates;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Controllers;
using ImageOperator.Runtime.Events;
using k8s.Models;

namespace ImageOperator.Controller.Templates;

/// <summary>Says whether a template can be built, before anyone builds it. Secrets are not looked at: the operator may not read them.</summary>
internal sealed class TemplateReconciler(
    IClient client, IStore<ImageTemplate> templates, IStatusWriter statuses, IEventRecorder events, TimeProvider time) : IReconciler
{
    /// <summary>References come and go without a word to us: ConfigMaps are not watched, their data would be held in memory for nothing.</summary>
    private static readonly TimeSpan MissingPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PresentPause = TimeSpan.FromMinutes(10);

    public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (templates.Get(key) is not { } template || template.Metadata.DeletionTimestamp is not null) return ReconcileResult.Done;
        var missing = await MissingAsync(template, cancellationToken).ConfigureAwait(false);
        var verdict = TemplateVerdict.Of(template, missing);
        var status = verdict.ToStatus(template, time);
        if (!ReferenceEquals(await statuses.ApplyAsync(template, status, cancellationToken).ConfigureAwait(false), template) && verdict.IsNews(template))
        {
            events.Record(template, verdict.Ready ? EventSeverity.Normal : EventSeverity.Warning, verdict.Reason, "Validate", verdict.Message);
        }

        if (missing.Count > 0) return ReconcileResult.Waiting(MissingPause);
        if (!verdict.Ready) return ReconcileResult.Stalled(verdict.Reason);
        return References(template).Any() ? ReconcileResult.Waiting(PresentPause) : ReconcileResult.Done;
    }

    private async Task<IReadOnlyList<string>> MissingAsync(ImageTemplate template, CancellationToken cancellationToken)
    {
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

    private static IEnumerable<(string Name, string Field, IEnumerable<string> Keys)> References(ImageTemplate template) =>
        template.Spec.Workspace.Select((w, i) => (w.ConfigMap, i)).Where(w => w.ConfigMap is not null)
            .Select(w => (w.ConfigMap!.Name, $"spec.workspace[{w.i}].configMap", w.ConfigMap.Items.Select(k => k.Key)));
}
