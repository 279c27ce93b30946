namespace ImageOperator.Api.Expressions.Syntax;

internal enum LexemeKind
{
    Name,
    Number,
    Text,
    Symbol,
    End,
}

/// <summary>A word of an expression.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Value">The name, the digits, the text without its quotes, or the symbol.</param>
/// <param name="Start">Where it begins in the text, from 0.</param>
/// <param name="End">Where it ends.</param>
internal readonly record struct Lexeme(LexemeKind Kind, string Value, int Start, int End)
{
    public bool Is(string symbol) => Kind == LexemeKind.Symbol && Value == symbol;

    /// <summary>The word as an error names it.</summary>
    public string Shown => Kind switch
    {
        LexemeKind.End => "the end",
        LexemeKind.Text => "a text",
        _ => $"\"{Value}\"",
    };
}
