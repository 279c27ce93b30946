using System.Text.Json;
using ImageOperator.Api.Provisioners;

namespace ImageOperator.Api.Validation;

/// <summary>What holds for a step's overrides: their schema is the step's own.</summary>
internal static class OverrideRules
{
    /// <param name="errors">Takes the errors.</param>
    /// <param name="step">The step.</param>
    /// <param name="overrides">Its overrides.</param>
    /// <param name="field">The field of the template whose items are such steps: provisioners or tests.</param>
    /// <param name="targets">The template's targets.</param>
    /// <param name="path">Where the step stands.</param>
    /// <param name="check">Checks a merged step.</param>
    public static void Check<T>(
        ErrorList errors, T step, IReadOnlyDictionary<string, JsonElement>? overrides, string field, IReadOnlyCollection<string> targets, string path, Action<ErrorList, T, string> check)
        where T : StepKinds
    {
        foreach (var (target, change) in overrides ?? new Dictionary<string, JsonElement>())
        {
            var at = $"{path}.overrides.{target}";
            errors.Require(targets.Contains(target), at, $"there is no target \"{target}\"{NearestName.Hint(target, targets)}; targets are {string.Join(", ", targets)}");
            if (change.ValueKind != JsonValueKind.Object)
            {
                errors.Add(at, $"must be an object with fields of the step, not {JsonWords.Kind(change)}");
                continue;
            }

            var forbidden = StepOverrides.Fixed.Where(name => change.TryGetProperty(name, out _)).ToList();
            foreach (var name in forbidden) errors.Add($"{at}.{name}", "cannot be overridden: remove it, or write a step of its own for the target");
            if (forbidden.Count == 0) CheckMerged(errors, step, change, field, at, check);
        }
    }

    private static void CheckMerged<T>(ErrorList errors, T step, JsonElement change, string field, string at, Action<ErrorList, T, string> check)
        where T : StepKinds
    {
        var merged = JsonSerializer.SerializeToElement(StepOverrides.Merge(step, change), ApiJson.Options);
        var structure = new ErrorList();
        StructuralValidator.Check(structure, SchemaCatalog.TemplateField(field), merged, at);
        errors.AddRange(structure.Errors);
        if (structure.Errors.Count == 0) check(errors, merged.Deserialize<T>(ApiJson.Options)!, at);
    }
}
