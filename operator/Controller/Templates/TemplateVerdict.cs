using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Validation;
using ImageOperator.Runtime.Conditions;
using k8s.Models;
using Types = ImageOperator.Api.Conditions.ConditionTypes;

namespace ImageOperator.Controller.Templates;

/// <summary>What is to be said about a template.</summary>
internal sealed record TemplateVerdict(bool Ready, string Reason, string Message)
{
    public static TemplateVerdict Of(ImageTemplate template, IReadOnlyList<string> missing)
    {
        var errors = TemplateValidator.Validate(template);
        if (errors.Count > 0) return new(false, Reasons.Invalid, string.Join("; ", errors));
        return missing.Count > 0
            ? new(false, Reasons.ReferenceNotFound, string.Join("; ", missing))
            : template.Spec.Suspend
                ? new(true, Reasons.Suspended, "The template can be built, but is suspended: no new builds of it are taken up.")
                : new(true, Reasons.Valid, "The template can be built.");
    }

    /// <summary>The operator's status; conditions keep their times.</summary>
    public ImageTemplateStatus ToStatus(ImageTemplate template, TimeProvider time)
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
            TargetSummary = string.Join(",", template.Spec.Targets.Select(t => t.Name)),
            Conditions = conditions,
            LastHandledReconcileAt = ReconcileRequest.Of(template) ?? template.Status?.LastHandledReconcileAt,
        };
    }

    public bool IsNews(ImageTemplate before) =>
        before.Status?.Conditions?.Find(Types.Ready) is not { } ready || ready.Reason != Reason || ready.Message != Message;
}
