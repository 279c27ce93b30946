using System.Text.Json.Nodes;

namespace ImageOperator.Api.Substitution;

/// <summary>Which <c>$(…)</c> a part of a spec uses.</summary>
public static class ReferencedNames
{
    /// <summary>The names in a target, a step, a test or a communicator given as JSON.</summary>
    public static IReadOnlySet<string> In(JsonObject part)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        SpecStrings.Visit(part, "", (_, text) =>
        {
            if (!text.Contains("$(", StringComparison.Ordinal)) return;
            foreach (var token in Tokenizer.Split(text))
            {
                if (token.IsReference) names.Add(token.Text);
            }
        });
        return names;
    }
}
