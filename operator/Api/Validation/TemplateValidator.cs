using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Api.Validation;

/// <summary>Says everything that is wrong with a template beyond its structure.</summary>
public static class TemplateValidator
{
    /// <summary>Validates a template.</summary>
    public static IReadOnlyList<ValidationError> Validate(ITemplateObject template) =>
        [.. NameRules.Check(template.Metadata?.Name), .. Validate(template.Content)];

    /// <summary>Validates a template's spec.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="path">Where it stands: <c>spec.template</c> in a build.</param>
    public static IReadOnlyList<ValidationError> Validate(ImageTemplateSpec spec, string path = "spec")
    {
        var errors = new ErrorList();
        var references = new ReferenceRules(errors, spec);
        var targets = spec.Targets.Select(t => t.Name).ToList();
        ParameterRules.Check(errors, spec.Parameters, $"{path}.parameters");
        LookupRules.Check(errors, spec.Lookups, $"{path}.lookups");
        for (var i = 0; i < spec.Lookups.Count; i++) references.Check(spec.Lookups[i], $"{path}.lookups[{i}]");
        WorkspaceRules.Check(errors, spec.Workspace, $"{path}.workspace");
        for (var i = 0; i < spec.Workspace.Count; i++) references.Check(spec.Workspace[i], $"{path}.workspace[{i}]");
        Each(spec.Targets, t => t.Name, $"{path}.targets", (target, at) =>
        {
            TargetRules.Check(errors, target, at);
            SshRules.CheckTunnel(errors, spec.Communicator, target, at);
            references.Check(target, at);
        });
        SshRules.Check(errors, spec.Communicator, $"{path}.communicator");
        references.Check(spec.Communicator, $"{path}.communicator");
        foreach (var (steps, field) in new[] { (spec.Provisioners, "provisioners"), (spec.OnFailure, "onFailure") })
        {
            Each(steps, s => s.Name, $"{path}.{field}", (step, at) =>
            {
                StepRules.Check(errors, step, targets, at);
                references.Check(step, at);
            });
        }

        // Status, logs and the files that steps leave know a step by its name alone.
        for (var i = 0; i < spec.OnFailure.Count; i++)
        {
            var name = spec.OnFailure[i].Name;
            errors.Require(spec.Provisioners.All(p => p.Name != name), $"{path}.onFailure[{i}]", $"duplicate name \"{name}\": a step of provisioners has it, rename one");
        }

        Each(spec.Tests, t => t.Name, $"{path}.tests", (test, at) =>
        {
            StepRules.Check(errors, test, targets, at);
            references.Check(test, at);
        });
        DurationRules.Positive(errors, spec.Timeout, $"{path}.timeout");
        return errors.Errors;

        void Each<T>(IReadOnlyList<T> items, Func<T, string> name, string at, Action<T, string> check)
        {
            errors.Unique(items.Select(name), at, "name");
            for (var i = 0; i < items.Count; i++) check(items[i], $"{at}[{i}]");
        }
    }
}
