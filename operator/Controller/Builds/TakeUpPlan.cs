using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Validation;
using ImageOperator.Controller.Platforms;
using ImageOperator.Controller.Tracing;
using ImageOperator.Runtime.Events;

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
            return Wait(draft, Reasons.TemplateNotFound, $"{Referred(build)} does not exist: waiting for it.");
        }

        if (!draft.Observed.TemplateAllowed)
        {
            draft.WakeAt(draft.Now + draft.Observed.Policy.ReferencePause);
            return Wait(
                draft, Reasons.TemplateNotAllowed,
                $"{Referred(build)} does not allow namespace {build.Metadata.NamespaceProperty}: waiting until its allowedNamespaces name or select it.");
        }

        if (build.Spec.Template is null && template.Suspend)
        {
            return Wait(draft, Reasons.TemplateSuspended, $"{Referred(build)} is suspended: the build waits until its spec.suspend is false.");
        }

        if (draft.Observed.ConfigMapValues.FirstOrDefault(v => v.Value.Text is null) is { Value: { } missing, Key: var parameter })
        {
            draft.WakeAt(draft.Now + draft.Observed.Policy.ReferencePause);
            return Wait(draft, Reasons.ReferenceNotFound, $"{missing.Place} does not exist: waiting for it, or set parameter \"{parameter}\" in the build.");
        }

        var inputs = BuildInputs.Resolve(build, template, draft.Observed.ConfigMapValues);
        if (inputs.Errors.Count > 0)
        {
            FinishPlan.End(draft, Reasons.TemplateInvalid, string.Join("; ", inputs.Errors));
            return false;
        }

        var path = build.Spec.Template is null ? $"{Referred(build)}: spec" : "spec.template";
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
            return Wait(draft, wait.Reason, wait.Message);
        }

        if (draft.Observed.Flux.Select(f => f.Missing).OfType<string>().ToArray() is { Length: > 0 } absent)
        {
            // Flux's objects are not watched: few builds use them, and few clusters have them.
            draft.WakeAt(draft.Now + draft.Observed.Policy.ReferencePause);
            return Wait(draft, Reasons.WorkspaceNotReady, $"{path}.{string.Join($"; {path}.", absent)}: waiting for it.");
        }

        draft.Status = status with
        {
            // From now on all targets and attempts see these, whatever Flux finds meanwhile.
            Workspace = draft.Observed.Flux.Count > 0 ? [.. draft.Observed.Flux.Select(f => f.Artifact!)] : null,
            Traceparent = BuildTrace.Of(build, draft.Observed.Policy.TraceRatio).ToString(),
            // What becomes of the template later is not of the snapshot.
            Template = resolved.Template with { Suspend = false },
            Platforms = resolved.Snapshots.Count > 0 ? resolved.Snapshots : null,
            Parameters = inputs.Parameters,
        };
        return true;
    }

    /// <summary>GitOps applies in any order: what is missing may come, and is worth a warning only when it has not for a while. Always false.</summary>
    private static bool Wait(Draft draft, string reason, string message)
    {
        BuildConditions.Running(draft, reason, message);
        var warning = (draft.Observed.Build.Metadata.CreationTimestamp is { } created ? new DateTimeOffset(created.ToUniversalTime()) : draft.Now) + draft.Observed.Policy.WarnAfter;
        var early = reason == Reasons.TemplateSuspended || draft.Now < warning;
        if (early && reason != Reasons.TemplateSuspended) draft.WakeAt(warning);
        draft.Report(reason, "TakeUp", message, early ? EventSeverity.Normal : EventSeverity.Warning);
        return false;
    }

    private static string Referred(ImageBuild build) => $"{build.Spec.TemplateRef?.Kind} {build.Spec.TemplateRef?.Name}";
}
