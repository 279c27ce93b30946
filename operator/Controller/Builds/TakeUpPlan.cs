using ImageOperator.Api.Conditions;
using ImageOperator.Api.Validation;
using ImageOperator.Controller.Tracing;

namespace ImageOperator.Controller.Builds;

/// <summary>Snapshots the inputs into status, once. True when there is a snapshot to go on with.</summary>
internal static class TakeUpPlan
{
    public static bool Decide(Draft draft)
    {
        var build = draft.Observed.Build;
        var status = draft.Status = OperatorStatus.Of(draft.Observed);
        if (status.Template is not null) return true;
        if (draft.Observed.IsCancelled)
        {
            FinishPlan.End(draft, Reasons.Cancelled, "The build was cancelled before it started.");
            return false;
        }

        if (build.Spec.Template is null && build.Spec.TemplateRef is null)
        {
            // Servers without CEL let it pass.
            FinishPlan.End(draft, Reasons.TemplateInvalid, string.Join("; ", BuildValidator.Validate(build)));
            return false;
        }

        var template = build.Spec.Template ?? draft.Observed.Template;
        if (template is null)
        {
            BuildConditions.Running(draft, Reasons.TemplateNotFound, $"ImageTemplate {build.Spec.TemplateRef?.Name} does not exist: waiting for it.");
            return false;
        }

        var inputs = BuildInputs.Resolve(build, template);
        if (inputs.Errors.Count > 0)
        {
            FinishPlan.End(draft, Reasons.TemplateInvalid, string.Join("; ", inputs.Errors));
            return false;
        }

        draft.Status = status with
        {
            Traceparent = BuildTrace.Of(build, draft.Observed.Policy.TraceRatio).ToString(),
            Template = template,
            Parameters = inputs.Parameters,
        };
        return true;
    }
}
