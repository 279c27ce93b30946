using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;

namespace ImageOperator.Api.Validation;

internal static class StepRules
{
    public static void Check(ErrorList errors, Provisioner step, IReadOnlyCollection<string> targets, string path)
    {
        CheckKinds(errors, step, path);
        DurationRules.Positive(errors, step.Timeout, $"{path}.timeout");
        CheckTargets(errors, step.OnlyTargets, step.ExceptTargets, targets, path);
    }

    public static void Check(ErrorList errors, ImageTest test, IReadOnlyCollection<string> targets, string path)
    {
        CheckKinds(errors, test, path);
        DurationRules.Positive(errors, test.Timeout, $"{path}.timeout");
        CheckTargets(errors, test.OnlyTargets, test.ExceptTargets, targets, path);
    }

    public static void CheckKinds(ErrorList errors, Provisioner step, string path)
    {
        errors.Require(step.Shell is null != step.File is null, path, "exactly one of shell and file must be set");
        if (step.Shell is not null) ShellRules.Check(errors, step.Shell, $"{path}.shell");
        if (step.File is not null) FileRules.Check(errors, step.File, $"{path}.file");
    }

    public static void CheckKinds(ErrorList errors, ImageTest test, string path)
    {
        errors.Require(test.Shell is not null, $"{path}.shell", "a test needs a kind: set shell");
        if (test.Shell is not null) ShellRules.Check(errors, test.Shell, $"{path}.shell");
    }

    private static void CheckTargets(ErrorList errors, IReadOnlyList<string> only, IReadOnlyList<string> except, IReadOnlyCollection<string> targets, string path)
    {
        errors.Require(only.Count == 0 || except.Count == 0, $"{path}.onlyTargets", "onlyTargets and exceptTargets exclude each other: remove one");
        TargetNames(errors, only, targets, $"{path}.onlyTargets");
        TargetNames(errors, except, targets, $"{path}.exceptTargets");
    }

    public static void TargetNames(ErrorList errors, IReadOnlyList<string> names, IReadOnlyCollection<string> targets, string path)
    {
        errors.Unique(names, path, "target");
        for (var i = 0; i < names.Count; i++)
        {
            errors.Require(targets.Contains(names[i]), $"{path}[{i}]",
                $"there is no target \"{names[i]}\"{NearestName.Hint(names[i], targets)}; targets are {string.Join(", ", targets)}");
        }
    }
}
