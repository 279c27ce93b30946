using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Substitution;

namespace ImageOperator.Builder.Pod;

/// <summary>The parameters' values as texts: from the template's defaults, the build, and the mounted Secrets.</summary>
internal static class PodParameters
{
    /// <exception cref="FileNotFoundException">A Secret's value is not mounted.</exception>
    public static IReadOnlyDictionary<string, string> Resolve(ImageTemplateSpec template, ImageBuild build, string secretsFolder, bool sweeping)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in template.Parameters)
        {
            if (parameter.SecretKeyRef is not null)
            {
                var file = Path.Combine(secretsFolder, parameter.Name, PodPaths.ParameterFile);
                // What is left must go although its Secret has gone before.
                if (sweeping && !File.Exists(file)) continue;
                values[parameter.Name] = File.ReadAllText(file);
            }
            else if ((Given(build, parameter.Name) ?? parameter.Default) is { } value)
            {
                values[parameter.Name] = ParameterValues.Text(value);
            }
        }

        return values;
    }

    /// <summary>The values that must never be shown.</summary>
    public static IEnumerable<string> Sensitive(ImageTemplateSpec template, IReadOnlyDictionary<string, string> values) =>
        template.Parameters.Where(p => p.IsSensitive && values.ContainsKey(p.Name)).SelectMany(p => ParameterTexts.Parts(p, values[p.Name]));

    private static JsonElement? Given(ImageBuild build, string name) =>
        build.Spec.Parameters?.TryGetValue(name, out var given) == true ? given
        : build.Status?.Parameters?.TryGetValue(name, out var resolved) == true ? resolved
        : null;
}
