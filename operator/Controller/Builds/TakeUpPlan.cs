using ImageOperator.Api.Conditions;
using ImageOperator.Api.Validation;
using ImageOperator.Controller.Platforms;
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
            BuildConditions.Running(draft, Reasons.TemplateNotFound, $"{build.Spec.TemplateRef?.Kind} {build.Spec.TemplateRef?.Name} does not exist: waiting for it.");
            return false;
        }

        if (!draft.Observed.TemplateAllowed)
        {
            draft.WakeAt(draft.Now + draft.Observed.Policy.ReferencePause);
            BuildConditions.Running(
                draft, Reasons.TemplateNotAllowed,
                $"{build.Spec.TemplateRef?.Kind} {build.Spec.TemplateRef?.Name} does not allow namespace {build.Metadata.NamespaceProperty}: waiting until its allowedNamespaces name or select it.");
            return false;
        }

        var inputs = BuildInputs.Resolve(build, template);
        if (inputs.Errors.Count > 0)
        {
            FinishPlan.End(draft, Reasons.TemplateInvalid, string.Join("; ", inputs.Errors));
            return false;
        }

        var path = build.Spec.Template is null ? $"{build.Spec.TemplateRef?.Kind} {build.Spec.TemplateRef?.Name}: spec" : "spec.template";
        var resolved = PlatformResolution.Resolve(template, inputs.Targets, draft.Observed.Platforms, build.Metadata.NamespaceProperty, path);
        if (resolved.Errors.Count > 0)
        {
            FinishPlan.End(draft, Reasons.TemplateInvalid, string.Join("; ", resolved.Errors));
            return false;
        }

        if (resolved.Waiting is { } wait)
        {
            // Platforms are watched, the labels of namespaces are not.
            draft.WakeAt(draft.Now + draft.Observed.Policy.ReferencePause);
            BuildConditions.Running(draft, wait.Reason, wait.Message);
            return false;
        }

        draft.Status = status with
        {
            Traceparent = BuildTrace.Of(build, draft.Observed.Policy.TraceRatio).ToString(),
            Template = resolved.Template,
            Platforms = resolved.Snapshots.Count > 0 ? resolved.Snapshots : null,
            Parameters = inputs.Parameters,
        };
        return true;
    }
}
