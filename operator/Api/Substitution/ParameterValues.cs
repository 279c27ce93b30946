using System.Text.Json;
using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Api.Substitution;

/// <summary>The values of parameters as texts.</summary>
public static class ParameterValues
{
    /// <summary>A value as text: a string as it is, a number as it is written in JSON, <c>true</c> or <c>false</c>.</summary>
    public static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    /// <summary>
    /// The values by name (<c>params.x</c>): the build's, else the template's defaults.
    /// Parameters with a secretKeyRef are missing: only the builder pod has their values.
    /// </summary>
    /// <param name="parameters">The template's parameters.</param>
    /// <param name="given">The build's values; valid by <see cref="Validation.BuildValidator"/>.</param>
    public static IReadOnlyDictionary<string, string> Resolve(IReadOnlyList<Parameter> parameters, IReadOnlyDictionary<string, JsonElement>? given)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in parameters)
        {
            if (parameter.SecretKeyRef is not null) continue;
            if (given?.TryGetValue(parameter.Name, out var value) == true) values[KnownNames.Parameter(parameter.Name)] = Text(value);
            else if (parameter.Default is { } unset) values[KnownNames.Parameter(parameter.Name)] = Text(unset);
        }

        return values;
    }
}
