using System.Text;

namespace ImageOperator.Api.Substitution;

/// <summary>Replaces <c>$(name)</c> in a text. Values are not expanded again; the time is linear in the text.</summary>
public static class Expander
{
    /// <summary>Expands the text. A reference to an unknown name stays as it is and is listed.</summary>
    /// <param name="text">The text.</param>
    /// <param name="values">The values by name: <c>params.x</c>, <c>build.id</c>.</param>
    /// <param name="unknown">The references that have no value, in order.</param>
    public static string Expand(string text, IReadOnlyDictionary<string, string> values, out IReadOnlyList<UnknownName> unknown)
    {
        unknown = [];
        if (!text.Contains("$(", StringComparison.Ordinal)) return text;
        var missing = new List<UnknownName>();
        var result = new StringBuilder(text.Length);
        foreach (var token in Tokenizer.Split(text))
        {
            if (!token.IsReference)
            {
                result.Append(token.Text);
            }
            else if (values.TryGetValue(token.Text, out var value))
            {
                result.Append(value);
            }
            else
            {
                missing.Add(new(token.Text, token.Column));
                result.Append("$(").Append(token.Text).Append(')');
            }
        }

        unknown = missing;
        return result.ToString();
    }

    /// <summary>Expands the text.</summary>
    /// <exception cref="KeyNotFoundException">A reference has no value.</exception>
    public static string Expand(string text, IReadOnlyDictionary<string, string> values)
    {
        var result = Expand(text, values, out var unknown);
        return unknown.Count == 0 ? result : throw new KeyNotFoundException($"$({unknown[0].Name}) at column {unknown[0].Column} has no value");
    }
}
