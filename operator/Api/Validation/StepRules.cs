using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;

namespace ImageOperator.Api.Validation;

internal static class StepRules
{
    public static void Check(ErrorList errors, Provisioner step, IReadOnlyCollection<string> targets, string path)
    {
        Check(errors, step, path);
        CheckTargets(errors, step.OnlyTargets, step.ExceptTargets, targets, path);
        OverrideRules.Check(errors, step, step.Overrides, "provisioners", targets, path, Check);
    }

    public static void Check(ErrorList errors, ImageTest test, IReadOnlyCollection<string> targets, string path)
    {
        Check(errors, test, path);
        CheckTargets(errors, test.OnlyTargets, test.ExceptTargets, targets, path);
        OverrideRules.Check(errors, test, test.Overrides, "tests", targets, path, Check);
    }

    /// <summary>What the kind of the step says.</summary>
    public static void CheckKinds(ErrorList errors, StepKinds step, string path)
    {
        ChoiceRules.Check(errors, step, path);
        foreach (var kind in StepKind.All)
        {
            if (kind.SpecOf(step) is IChecked spec) spec.Check(errors, $"{path}.{kind.Name}");
        }
    }

    private static void Check(ErrorList errors, Provisioner step, string path)
    {
        CheckKinds(errors, step, path);
        DurationRules.Positive(errors, step.Timeout, $"{path}.timeout");
    }

    private static void Check(ErrorList errors, ImageTest test, string path)
    {
        CheckKinds(errors, test, path);
        DurationRules.Positive(errors, test.Timeout, $"{path}.timeout");
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
