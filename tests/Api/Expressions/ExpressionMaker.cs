using System.Globalization;
using System.Text;
using ImageOperator.Api.Expressions.Functions;
using ImageOperator.Api.Expressions.Values;

namespace ImageOperator.Api.Tests.Expressions;

/// <summary>Makes texts that are expressions, nearly are, or are not at all; the same of the same seed.</summary>
internal sealed class ExpressionMaker(int seed)
{
    private static readonly string[] Words =
    [
        "params.text", "params.list", "params.map", "params.number", "params.flag", "params.unset", "params.none", "build.id", "item", "key", "self", "x", "true", "false", "null",
        "for", "in", "if", "(", ")", "[", "]", "{", "}", ",", ".", ":", "?", "??", "!", "==", "!=", "<", ">=", "=>", "&&", "||", "+", "-", "*", "/", "%", "\"", "'", "\\", "$", "$(", "$$(",
        "0", "1", "1.5", "99999999999999999999999999999", "\"a\"", "'b'", "\"\\u00e9\"", "😀", "\ud800", "\n", " ", "\t", "\0", "é",
    ];

    private static readonly string[] Names = [.. FunctionTable.Names.Order(StringComparer.Ordinal)];

    private static readonly string[] Operators = ["??", "||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"];

    private static readonly string[] Texts =
        ["", "a", "abc", "1.2.3", ">= 1.2, < 2", "2026-01-31T23:59:59Z", "YYYY-MM-DD", "10.0.0.0/8", "a,b,c", "[1,2]", "{\\\"a\\\":1}", "a: b", "%s-%05d", "(a+)+", "[a-z]*", "$1", "dns", "-1h", "aGk=", "UTF-16LE", "x=1&y=2"];

#pragma warning disable CA5394 // It is the same every time: that is the point.
    private readonly Random _random = new(seed);

    public string Next() => _random.Next(4) switch
    {
        0 => Soup(),
        1 => Mutated(Expression(_random.Next(1, 7))),
        _ => Expression(_random.Next(1, 7)),
    };

    private string Soup()
    {
        var text = new StringBuilder();
        for (var i = _random.Next(1, 24); i > 0; i--) text.Append(_random.Next(5) == 0 ? Pick(Names) + "(" : Pick(Words));
        return text.ToString();
    }

    private string Mutated(string text)
    {
        var result = new StringBuilder(text);
        for (var i = _random.Next(1, 4); i > 0 && result.Length > 0; i--)
        {
            var at = _random.Next(result.Length);
            switch (_random.Next(3))
            {
                case 0: result.Remove(at, 1); break;
                case 1: result.Insert(at, Pick(Words)); break;
                default: result[at] = (char)_random.Next(32, 127); break;
            }
        }

        return result.ToString();
    }

    private string Expression(int depth)
    {
        if (depth <= 0) return Atom();
        return _random.Next(12) switch
        {
            0 or 1 or 2 or 3 => Call(depth),
            4 or 5 => $"{Expression(depth - 1)} {Pick(Operators)} {Expression(depth - 1)}",
            6 => $"({Expression(depth - 1)} ? {Expression(depth - 1)} : {Expression(depth - 1)})",
            7 => $"[{Expression(depth - 1)}, {Expression(depth - 2)}]",
            8 => $"{{a: {Expression(depth - 1)}, \"b\": {Expression(depth - 2)}}}",
            9 => $"[for x in {Expression(depth - 1)} : {Expression(depth - 2)} if {Expression(depth - 2)}]",
            10 => $"{{for k, x in {Expression(depth - 1)} : k => {Expression(depth - 2)}}}",
            _ => $"{Atom()}{Pick([".a", "[0]", "[\"a\"]", ".uid", "[params.number]"])}",
        };
    }

    private string Call(int depth)
    {
        var name = Pick(Names);
        var function = FunctionTable.Find(name);
        var signature = function?.Signature ?? "try(a, b)";
        var count = signature.Count(c => c == ',') + (signature.EndsWith("()", StringComparison.Ordinal) ? 0 : 1) + (_random.Next(8) == 0 ? 1 : 0);
        return $"{name}({string.Join(", ", Enumerable.Range(0, count).Select(i => _random.Next(4) > 0 && function is { Kinds.Length: > 0 } ? Fitting(function.Accepts(i)) : Expression(depth - 1 - _random.Next(2))))})";
    }

    /// <summary>Something of the right kind, or else hardly any call would get as far as its function.</summary>
    private string Fitting(Kinds kinds)
    {
        if (kinds.HasFlag(Kinds.String)) return _random.Next(3) == 0 ? "params.text" : $"\"{Pick(Texts)}\"";
        if (kinds.HasFlag(Kinds.List)) return Pick(["params.list", "[1, 2, 3]", "[\"a\", \"b\"]", "split(\",\", params.text)", "range(params.number)", "[]", "keys(params.map)", "[true]"]);
        if (kinds.HasFlag(Kinds.Map)) return Pick(["params.map", "{a: 1}", "{}", "merge(params.map, {b: 2})"]);
        return kinds.HasFlag(Kinds.Number) ? Pick(["0", "1", "2", "10", "-1", "1.5", "params.number", "length(params.text)"]) : Pick(["true", "params.flag", "1 < 2"]);
    }

    private string Atom() => _random.Next(6) switch
    {
        0 => $"\"{Pick(Texts)}\"",
        1 => _random.Next(-3, 12).ToString(CultureInfo.InvariantCulture),
        2 => Pick(["true", "false", "null", "x", "item", "[]", "{}", "range(300)", "1e3", "9999999999999999999999999999"]),
        _ => Pick(["params.text", "params.list", "params.map", "params.number", "params.flag", "params.unset", "build.id"]),
    };

    private string Pick(string[] from) => from[_random.Next(from.Length)];
#pragma warning restore CA5394
}
