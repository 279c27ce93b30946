using System.Reflection;
using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Validation;

/// <summary>What may not be changed in a build. Servers with CEL say it by the rules of <see cref="ImageBuildSpec"/>; this says it by the same rules on those without.</summary>
public static class BuildTransition
{
    private static readonly IReadOnlyList<(string Field, string Message)> Immutable =
        [.. typeof(ImageBuildSpec).GetCustomAttributes<CelRuleAttribute>()
            .Where(rule => rule.FieldPath is not null && rule.Message.Contains("immutable", StringComparison.Ordinal))
            .Select(rule => (rule.FieldPath![1..], rule.Message))];

    /// <summary>Validates the change of a build's spec.</summary>
    /// <param name="before">The spec as it is stored.</param>
    /// <param name="after">The spec as it would be stored.</param>
    public static IReadOnlyList<ValidationError> Check(JsonElement before, JsonElement after)
    {
        var errors = new ErrorList();
        foreach (var (field, message) in Immutable) errors.Require(Same(Member(before, field), Member(after, field)), $"spec.{field}", message);
        errors.Require(!IsTrue(before, "cancel") || IsTrue(after, "cancel"), "spec.cancel", "a cancelled build cannot be resumed: create a new ImageBuild");
        return errors.Errors;
    }

    private static bool Same(JsonElement? a, JsonElement? b) => a is { } x && b is { } y ? JsonElement.DeepEquals(x, y) : a is null && b is null;

    private static bool IsTrue(JsonElement spec, string field) => Member(spec, field) is { ValueKind: JsonValueKind.True };

    private static JsonElement? Member(JsonElement spec, string field) =>
        spec.ValueKind == JsonValueKind.Object && spec.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
