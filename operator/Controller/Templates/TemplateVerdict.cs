using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Validation;
using ImageOperator.Controller.Platforms;
using ImageOperator.Runtime.Conditions;
using k8s.Models;
using Types = ImageOperator.Api.Conditions.ConditionTypes;

namespace ImageOperator.Controller.Templates;

/// <summary>What is to be said about a template.</summary>
internal sealed record TemplateVerdict(bool Ready, string Reason, string Message)
{
    public static TemplateVerdict Of(ITemplateObject template, IReadOnlyList<string> missing, IReadOnlyList<PlatformObservation> platforms)
    {
        var errors = TemplateValidator.Validate(template);
        var misfits = template.Content.Targets.SelectMany((t, i) => Misfits(t, $"spec.targets[{i}]", platforms));
        if (errors.Concat(misfits).ToArray() is { Length: > 0 } wrong) return new(false, Reasons.Invalid, string.Join("; ", wrong));
        var gone = missing.Concat(template.Content.Targets.SelectMany((t, i) => Gone(t, $"spec.targets[{i}].platformRef", platforms))).ToArray();
        return gone.Length > 0
            ? new(false, Reasons.ReferenceNotFound, string.Join("; ", gone))
            : template.Content.Suspend
                ? new(true, Reasons.Suspended, "The template can be built, but is suspended: no new builds of it are taken up.")
                : new(true, Reasons.Valid, "The template can be built.");
    }

    private static IEnumerable<ValidationError> Misfits(Target target, string path, IReadOnlyList<PlatformObservation> platforms) =>
        platforms.FirstOrDefault(p => p.Reference == target.PlatformRef) is { Platform: { } platform, Allowed: true } seen
            ? PlatformFit.Check(PlatformDefaults.Apply(target, platform.Settings), seen.Reference, platform.Settings, path)
            : [];

    private static IEnumerable<string> Gone(Target target, string path, IReadOnlyList<PlatformObservation> platforms)
    {
        var seen = platforms.FirstOrDefault(p => p.Reference == target.PlatformRef);
        if (seen is { Platform: null }) yield return $"{path}: {seen.Reference} does not exist";
        else if (seen is { Allowed: false }) yield return $"{path}: {seen.Reference} does not allow this namespace";
    }

    /// <summary>The operator's status; conditions keep their times.</summary>
    public ImageTemplateStatus ToStatus(ITemplateObject template, TimeProvider time)
    {
        var generation = template.Metadata.Generation;
        List<V1Condition> conditions = [.. template.Status?.Conditions ?? []];
        conditions.Remove(Types.Reconciling);
        if (Ready)
        {
            conditions.Remove(Types.Stalled);
        }
        else
        {
            conditions.Set(Types.Stalled, ConditionStatus.True, Reason, Message, generation, time);
        }

        conditions.Summarize(Reason, Message, generation, time);
        return new()
        {
            ObservedGeneration = generation,
            TargetSummary = string.Join(",", template.Content.Targets.Select(t => t.Name)),
            Conditions = conditions,
            LastHandledReconcileAt = ReconcileRequest.Of(template) ?? template.Status?.LastHandledReconcileAt,
        };
    }

    public bool IsNews(ITemplateObject before) =>
        before.Status?.Conditions?.Find(Types.Ready) is not { } ready || ready.Reason != Reason || ready.Message != Message;
}
