namespace ImageOperator.Api.Substitution;

/// <summary>
/// Splits a text into literals and references. A reference is <c>$(</c>, a name with a dot in it, <c>)</c>; so a shell's
/// <c>$(hostname)</c>, <c>$(date +%s)</c>, <c>${HOME}</c> and <c>$1</c> are literals. <c>$$(</c> is a literal <c>$(</c>.
/// </summary>
internal static class Tokenizer
{
    public static IEnumerable<Token> Split(string text)
    {
        var start = 0;
        for (var i = text.IndexOf('$', StringComparison.Ordinal); i >= 0; i = i < text.Length ? text.IndexOf('$', i) : -1)
        {
            if (IsAt(text, i, "$$("))
            {
                yield return new(text[start..i] + "$(", false, start + 1);
                start = i += 3;
            }
            else if (IsAt(text, i, "$("))
            {
                var end = NameEnd(text, i + 2, out var dotted);
                if (dotted && end < text.Length && text[end] == ')')
                {
                    if (start < i) yield return new(text[start..i], false, start + 1);
                    yield return new(text[(i + 2)..end], true, i + 1);
                    start = end + 1;
                }

                // No character of a name is a $: nothing before the end need be looked at again.
                i = end;
            }
            else
            {
                i++;
            }
        }

        if (start < text.Length) yield return new(text[start..], false, start + 1);
    }

    private static bool IsAt(string text, int index, string part) => string.CompareOrdinal(text, index, part, 0, part.Length) == 0;

    private static int NameEnd(string text, int index, out bool dotted)
    {
        dotted = false;
        var begin = index;
        for (; index < text.Length && (char.IsAsciiLetterOrDigit(text[index]) || text[index] is '_' or '-' or '.'); index++)
        {
            dotted |= text[index] == '.' && index > begin;
        }

        // $(../x) and $(3.5) are no names.
        dotted = dotted && char.IsAsciiLetter(text[begin]) && text[index - 1] != '.';
        return index;
    }
}
