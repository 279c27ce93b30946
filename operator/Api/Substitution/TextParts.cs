using ImageOperator.Api.Expressions;
using ImageOperator.Api.Expressions.Functions;
using ImageOperator.Api.Expressions.Syntax;

namespace ImageOperator.Api.Substitution;

/// <summary>
/// Splits a text into literals and expressions. An expression is <c>$(</c>, then a name with a dot or a function's call, …, <c>)</c>; so a shell's
/// <c>$(hostname)</c>, <c>$(date +%s)</c>, <c>$((1 + 2))</c>, <c>${HOME}</c> and <c>$1</c> are literals. <c>$$(</c> is a literal <c>$(</c>.
/// </summary>
internal static class TextParts
{
    private static readonly IReadOnlySet<string> NoVariables = new HashSet<string>();

    /// <param name="text">The text.</param>
    /// <param name="variables">The names that need no dot: those of the loop around.</param>
    public static IReadOnlyList<TextPart> Split(string text, IReadOnlySet<string>? variables = null)
    {
        if (!text.Contains("$(", StringComparison.Ordinal)) return text.Length > 0 ? [new(text, 1)] : [];
        var parts = new List<TextPart>();
        var (start, errors) = (0, 0);
        for (var i = text.IndexOf('$', StringComparison.Ordinal); i >= 0; i = i < text.Length ? text.IndexOf('$', i) : -1)
        {
            if (IsAt(text, i, "$$("))
            {
                parts.Add(new(text[start..i] + "$(", start + 1));
                start = i += 3;
            }
            else if (IsAt(text, i, "$(") && errors < ExpressionLimits.MostErrors && Begins(text, i + 2, variables ?? NoVariables) is { } begin)
            {
                if (start < i) parts.Add(new(text[start..i], start + 1));
                var part = Read(text, i, begin, out start);
                if (part.Error is not null) errors++;
                parts.Add(part);
                i = start;
            }
            else
            {
                i++;
            }
        }

        if (start < text.Length) parts.Add(new(text[start..], start + 1));
        return parts;
    }

    private static TextPart Read(string text, int at, Beginning begin, out int end)
    {
        if (begin.Name is { } name)
        {
            end = at + 2 + name.Length + 1;
            return new(text[at..end], at + 1, new ReferenceNode(name, at + 1));
        }

        try
        {
            var node = ExpressionParser.ParseUntilClosed(text, at + 2, out end);
            // Of a name alone the column is that of the whole.
            return new(text[at..end], at + 1, node is ReferenceNode or VariableNode ? node with { Column = at + 1 } : node);
        }
        catch (ExpressionException e)
        {
            end = at + 2;
            return new(text[at..end], at + 1, Error: new($"{e.Message}; write $$( for the text $( itself", e.Column));
        }
    }

    /// <summary>Whether an expression begins here; null if what stands here is somebody else's.</summary>
    private static Beginning? Begins(string text, int at, IReadOnlySet<string> variables)
    {
        if (at >= text.Length || !Lexer.IsNameStart(text[at])) return null;
        var end = at;
        while (end < text.Length && Lexer.IsNamePart(text[end])) end++;
        var name = text[at..end];
        var next = end < text.Length ? text[end] : '\0';
        // name() of which nobody knows is how a shell declares a function.
        if (next == '(') return FunctionTable.Names.Contains(name) || !IsAt(text, end, "()") ? default(Beginning) : null;
        if (variables.Contains(name)) return default(Beginning);
        if (next is not ('.' or '[')) return null;
        if (SyntaxNames.IsOpenRoot(name)) return default(Beginning);
        return next == '.' && Dotted(text, at, out var full) && (text[at + full.Length] == ')' || KnownNames.All.Contains(full))
            ? (SyntaxNames.IsRoot(name) ? default(Beginning) : new Beginning(full))
            : null;
    }

    /// <summary>A name with dots: $(../x), $(3.5) and $(a.) have none.</summary>
    private static bool Dotted(string text, int at, out string name)
    {
        var end = at;
        while (end < text.Length && (Lexer.IsNamePart(text[end]) || text[end] == '.')) end++;
        name = text[at..end];
        return end < text.Length && char.IsAsciiLetter(name[0]) && name[^1] != '.';
    }

    private static bool IsAt(string text, int index, string part) => string.CompareOrdinal(text, index, part, 0, part.Length) == 0;

    /// <summary>How an expression begins.</summary>
    /// <param name="Name">It is a name of a root that there is not, and nothing else.</param>
    private readonly record struct Beginning(string? Name);
}
