using System.Text.Json.Nodes;
using ImageOperator.Api.Expressions;
using ImageOperator.Api.Expressions.Checks;
using ImageOperator.Api.Expressions.Syntax;

namespace ImageOperator.Api.Substitution;

/// <summary>Which names the expressions of a part of a spec use.</summary>
public static class ReferencedNames
{
    private static readonly HashSet<string> LoopVariables = new(StringComparer.Ordinal) { SyntaxNames.Item, SyntaxNames.Key };

    /// <summary>The names in a target, a step, a test, a look-up or a communicator given as JSON.</summary>
    public static IReadOnlySet<string> In(JsonObject part)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in SpecStrings.BareExpressions)
        {
            if (part[field] is JsonValue value && value.TryGetValue<string>(out var bare)) names.UnionWith(InExpression(bare));
        }

        var variables = part.ContainsKey(SpecStrings.ForEach) ? LoopVariables : null;
        SpecStrings.Visit(part, "", (_, text) =>
        {
            foreach (var piece in TextParts.Split(text, variables))
            {
                if (piece.Expression is { } node) names.UnionWith(NodeNames.In(node).Select(n => n.Name));
            }
        });
        return names;
    }

    private static IEnumerable<string> InExpression(string text)
    {
        try
        {
            return [.. NodeNames.In(BareExpression.Parse(text)).Select(n => n.Name)];
        }
        catch (ExpressionException)
        {
            return [];
        }
    }
}
