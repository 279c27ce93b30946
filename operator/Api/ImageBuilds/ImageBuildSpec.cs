using System.Text.Json;
using ImageOperator.Api.Common;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageBuilds;

/// <summary>What to run. Immutable but for <c>priority</c>, <c>cancel</c> and <c>ttlAfterFinished</c>.</summary>
[CelRule("has(self.templateRef) != has(self.template)", "exactly one of templateRef and template must be set")]
[CelRule("has(self.templateRef) == has(oldSelf.templateRef) && (!has(self.templateRef) || self.templateRef == oldSelf.templateRef)",
    "templateRef is immutable: create a new ImageBuild", FieldPath = ".templateRef")]
[CelRule("has(self.template) == has(oldSelf.template) && (!has(self.template) || self.template == oldSelf.template)",
    "template is immutable: create a new ImageBuild", FieldPath = ".template")]
[CelRule("has(self.parameters) == has(oldSelf.parameters) && (!has(self.parameters) || self.parameters == oldSelf.parameters)",
    "parameters are immutable: create a new ImageBuild", FieldPath = ".parameters")]
[CelRule("has(self.targets) == has(oldSelf.targets) && (!has(self.targets) || self.targets == oldSelf.targets)",
    "targets are immutable: create a new ImageBuild", FieldPath = ".targets")]
[CelRule("self.failurePolicy == oldSelf.failurePolicy", "failurePolicy is immutable: create a new ImageBuild", FieldPath = ".failurePolicy")]
[CelRule("self.force == oldSelf.force", "force is immutable: create a new ImageBuild", FieldPath = ".force")]
[CelRule("self.planOnly == oldSelf.planOnly", "planOnly is immutable: create a new ImageBuild", FieldPath = ".planOnly")]
[CelRule("has(self.manifest) == has(oldSelf.manifest) && (!has(self.manifest) || self.manifest == oldSelf.manifest)",
    "manifest is immutable: create a new ImageBuild", FieldPath = ".manifest")]
[CelRule("!oldSelf.cancel || self.cancel", "a cancelled build cannot be resumed: create a new ImageBuild", FieldPath = ".cancel")]
public sealed record ImageBuildSpec
{
    /// <summary>The template to run.</summary>
    public TemplateReference? TemplateRef { get; init; }

    /// <summary>The template itself, instead of a reference.</summary>
    public ImageTemplateSpec? Template { get; init; }

    /// <summary>Values of the template's parameters.</summary>
    [FreeForm]
    [Bounds(Max = 64)]
    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }

    /// <summary>The targets to build; all if unset.</summary>
    [Bounds(Min = 1, Max = 32, MaxItemLength = 32)]
    public IReadOnlyList<string>? Targets { get; init; }

    /// <summary>Build although a result of the same inputs exists.</summary>
    public bool Force { get; init; }

    /// <summary>Only tell, in <c>status.targets[]</c>, what would be built and why; no machine is made.</summary>
    public bool PlanOnly { get; init; }

    /// <summary>A ConfigMap that says what came out, instead of the template's.</summary>
    public ManifestOutput? Manifest { get; init; }

    /// <summary>What happens when something fails.</summary>
    public FailurePolicy FailurePolicy { get; init; } = new();

    /// <summary>
    /// The place among the waiting builds of the same namespace: higher ones start first, of equal ones the older. Between namespaces it counts for
    /// nothing. May be changed while the build waits.
    /// </summary>
    [Bounds(Min = 0, Max = 1000)]
    public int Priority { get; init; }

    /// <summary>Stop the build and remove what it made.</summary>
    public bool Cancel { get; init; }

    /// <summary>How long the object is kept after its build has ended. Unset: until someone deletes it. Artifacts are kept.</summary>
    public Duration? TtlAfterFinished { get; init; }
}
