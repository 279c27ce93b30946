using System.Globalization;
using System.Text;

namespace ImageOperator.Api.Expressions.Syntax;

/// <summary>Splits an expression into words, in place: columns are those of the whole text.</summary>
internal ref struct Lexer
{
    private readonly string _text;
    private readonly int _start;
    private readonly int _limit;
    private int _at;

    /// <param name="text">The text.</param>
    /// <param name="start">Where the expression begins, from 0.</param>
    public Lexer(string text, int start)
    {
        _text = text;
        _start = _at = start;
        _limit = Math.Min(text.Length, start + ExpressionLimits.LongestExpression);
    }

    public static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    public static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    /// <exception cref="ExpressionException">No word begins here.</exception>
    public Lexeme Next()
    {
        while (_at < _limit && _text[_at] is ' ' or '\t' or '\n' or '\r') _at++;
        if (_at >= _limit)
        {
            return _limit < _text.Length
                ? throw new ExpressionException($"the expression is longer than {ExpressionLimits.LongestExpression} characters: split it", _start + 1)
                : new(LexemeKind.End, "", _at, _at);
        }

        var c = _text[_at];
        if (IsNameStart(c)) return Name();
        if (char.IsAsciiDigit(c)) return Number();
        if (c is '"' or '\'') return c == '"' ? Quoted() : Raw();
        var symbol = Symbol(c, _at + 1 < _limit ? _text[_at + 1] : '\0') ?? throw new ExpressionException($"\"{Shown(_at)}\" cannot stand in an expression", _at + 1);
        _at += symbol.Length;
        return new(LexemeKind.Symbol, symbol, _at - symbol.Length, _at);
    }

    private static string? Symbol(char c, char next) => (c, next) switch
    {
        ('&', '&') => "&&",
        ('|', '|') => "||",
        ('?', '?') => "??",
        ('=', '=') => "==",
        ('!', '=') => "!=",
        ('<', '=') => "<=",
        ('>', '=') => ">=",
        ('=', '>') => "=>",
        ('(', _) => "(",
        (')', _) => ")",
        ('[', _) => "[",
        (']', _) => "]",
        ('{', _) => "{",
        ('}', _) => "}",
        (',', _) => ",",
        ('.', _) => ".",
        (':', _) => ":",
        ('?', _) => "?",
        ('!', _) => "!",
        ('<', _) => "<",
        ('>', _) => ">",
        ('+', _) => "+",
        ('-', _) => "-",
        ('*', _) => "*",
        ('/', _) => "/",
        ('%', _) => "%",
        _ => null,
    };

    private Lexeme Name()
    {
        var begin = _at;
        while (_at < _limit && IsNamePart(_text[_at])) _at++;
        return new(LexemeKind.Name, _text[begin.._at], begin, _at);
    }

    private Lexeme Number()
    {
        var begin = _at;
        while (_at < _limit && char.IsAsciiDigit(_text[_at])) _at++;
        // 1.x is no number and a member; [1...] does not exist.
        if (_at + 1 < _limit && _text[_at] == '.' && char.IsAsciiDigit(_text[_at + 1]))
        {
            _at++;
            while (_at < _limit && char.IsAsciiDigit(_text[_at])) _at++;
        }

        return new(LexemeKind.Number, _text[begin.._at], begin, _at);
    }

    /// <summary>In single quotes nothing is escaped: patterns stand there as they are.</summary>
    private Lexeme Raw()
    {
        var begin = _at;
        var end = _text.IndexOf('\'', begin + 1, _limit - begin - 1);
        if (end < 0) throw NotClosed(begin);
        _at = end + 1;
        return new(LexemeKind.Text, _text[(begin + 1)..end], begin, _at);
    }

    private Lexeme Quoted()
    {
        var begin = _at++;
        var result = new StringBuilder();
        while (_at < _limit && _text[_at] != '"')
        {
            if (_text[_at] == '\\') result.Append(Escaped(begin));
            else result.Append(_text[_at++]);
        }

        if (_at >= _limit) throw NotClosed(begin);
        _at++;
        return new(LexemeKind.Text, result.ToString(), begin, _at);
    }

    private char Escaped(int begin)
    {
        if (_at + 1 >= _limit) throw NotClosed(begin);
        var c = _text[_at + 1];
        if (c == 'u' && _at + 6 <= _limit && ushort.TryParse(_text.AsSpan(_at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            _at += 6;
            return (char)code;
        }

        var meant = c switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '"' => '"', '\\' => '\\', '$' => '$', _ => '\0' };
        if (meant == '\0') throw new ExpressionException($"\\{Shown(_at + 1)} is not an escape: write \\\\ for a backslash, or put the text in single quotes, where nothing is escaped", _at + 1);
        _at += 2;
        return meant;
    }

    private static ExpressionException NotClosed(int begin) => new("the text that begins here is not closed: add the quote", begin + 1);

    private string Shown(int at) => char.IsHighSurrogate(_text[at]) && at + 1 < _text.Length ? _text.Substring(at, 2) : char.IsControl(_text[at]) ? $"\\u{(int)_text[at]:x4}" : _text[at].ToString();
}
