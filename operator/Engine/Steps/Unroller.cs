using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Substitution;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Engine.Steps;

/// <summary>Makes of the steps of a template the runs for one target, in order: all of them before the first is run, so that a condition without a value costs no step.</summary>
internal sealed class Unroller(string target, ExpressionValues values)
{
    private const int LongestShown = 80;

    /// <exception cref="PlatformException">A condition or a loop has no value.</exception>
    public IReadOnlyList<Unrolled<Provisioner>> Unroll(IReadOnlyList<Provisioner> steps, string list) => [.. steps.SelectMany(step =>
    {
        var merged = StepOverrides.For(step, step.Overrides, target);
        var isFor = StepControls.IsFor(target, step.OnlyTargets, step.ExceptTargets);
        return isFor ? Runs(merged, step.Name, merged.When, merged.ForEach, $"{list}[{step.Name}]") : [new(merged, step.Name, values, "not for this target")];
    })];

    /// <exception cref="PlatformException">A condition or a loop has no value.</exception>
    public IReadOnlyList<Unrolled<ImageTest>> Unroll(IReadOnlyList<ImageTest> tests) => [.. tests
        .Where(t => StepControls.IsFor(target, t.OnlyTargets, t.ExceptTargets))
        .SelectMany(test =>
        {
            var merged = StepOverrides.For(test, test.Overrides, target);
            return Runs(merged, test.Name, merged.When, merged.ForEach, $"tests[{test.Name}]");
        })];

    private List<Unrolled<T>> Runs<T>(T step, string name, string? when, string? forEach, string path)
    {
        if (forEach is null) return [Run(step, name, when, values, path)];
        var items = Read($"{path}.forEach", () => StepConditions.Items(forEach, values));
        return items.Count > 0
            ? [.. items.Select(item => Run(step, $"{name}[{item.Label}]", when, item.Values, path))]
            : [new(step, name, values, $"forEach has no items: {Short(forEach)}")];
    }

    private static Unrolled<T> Run<T>(T step, string name, string? when, ExpressionValues values, string path) =>
        new(step, name, values, Read($"{path}.when", () => StepConditions.IsTrue(when, values)) ? null : $"when is false: {Short(when!)}");

    private static T Read<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (FormatException e)
        {
            throw new PlatformException(FailureKind.Terminal, Reasons.TemplateInvalid, $"{path}: {e.Message}", "correct the template or the build's parameters");
        }
    }

    private static string Short(string text) => text.Length <= LongestShown ? text : text[..(LongestShown - 1)] + "…";
}
