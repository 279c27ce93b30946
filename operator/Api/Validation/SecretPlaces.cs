using System.Collections;
using System.Reflection;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Validation;

/// <summary>The fields of steps that sensitive parameters may stand in.</summary>
internal static class SecretPlaces
{
    private static readonly string[] Fields = [.. StepKind.All.SelectMany(k => Find(k.Property.PropertyType, k.Name))];

    /// <summary>The fields, for an error.</summary>
    public static string Listed { get; } = $"{string.Join(", ", Fields.SkipLast(1))} or {Fields[^1]}";

    /// <param name="path">Relative to the step: <c>.shell.inline[0]</c>.</param>
    public static bool Contain(string path)
    {
        // An override stands for the step's own field.
        if (path.StartsWith(".overrides.", StringComparison.Ordinal)) path = path.IndexOf('.', ".overrides.".Length) is > 0 and var next ? path[next..] : path;
        return Fields.Any(f => path.StartsWith($".{f}", StringComparison.Ordinal) && (path.Length == f.Length + 1 || path[f.Length + 1] is '.' or '['));
    }

    private static IEnumerable<string> Find(Type type, string path)
    {
        foreach (var property in type.GetProperties().OrderBy(p => p.MetadataToken))
        {
            var at = $"{path}.{Choice.NameOf(property)}";
            if (property.IsDefined(typeof(TakesSecretsAttribute))) yield return at;
            else if (property.PropertyType is { IsClass: true } inner && inner.Namespace!.StartsWith("ImageOperator.Api", StringComparison.Ordinal) && !typeof(IEnumerable).IsAssignableFrom(inner))
            {
                foreach (var found in Find(inner, at)) yield return found;
            }
        }
    }
}
