using System.Text.Json;
using ImageOperator.Api.Expressions.Values;
using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Api.Substitution;

/// <summary>The values of parameters as texts: the one form in which files, journals and digests have them.</summary>
public static class ParameterValues
{
    /// <summary>A value as text: a string as it is, a number as it is written in JSON, <c>true</c> or <c>false</c>, a list or a map as JSON.</summary>
    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        // One form, however it was written: members in order, no spaces.
        JsonValueKind.Array or JsonValueKind.Object => JsonForm.Write(JsonForm.Read(value)),
        _ => value.GetRawText(),
    };

    /// <summary>
    /// The values by parameter: the build's, else the template's defaults.
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
            if (given?.TryGetValue(parameter.Name, out var value) == true) values[parameter.Name] = Text(value);
            else if (parameter.Default is { } unset) values[parameter.Name] = Text(unset);
        }

        return values;
    }
}
