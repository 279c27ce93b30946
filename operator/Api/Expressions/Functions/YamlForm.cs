using System.Text;
using System.Text.RegularExpressions;
using ImageOperator.Api.Expressions.Values;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using static ImageOperator.Api.Expressions.Values.ExpressionValue;

namespace ImageOperator.Api.Expressions.Functions;

/// <summary>Values as YAML in blocks, and back. Anchors are refused: they can make a page of a line.</summary>
internal static partial class YamlForm
{
    /// <exception cref="ExpressionException">It is not one document of YAML.</exception>
    public static ExpressionValue Parse(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.MoveNext();
            if (!parser.MoveNext() || parser.Current is not DocumentStart) return Null;
            parser.MoveNext();
            var value = Read(parser, 0);
            parser.MoveNext();
            return parser.Current is StreamEnd ? value : throw new ExpressionException("has more than one document");
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException or ArgumentException)
        {
            throw new ExpressionException(e is YamlException { Start: var at } ? $"is not YAML: line {at.Line}, column {at.Column}" : "is not YAML");
        }
    }

    private static ExpressionValue Read(Parser parser, int depth)
    {
        if (depth > ExpressionLimits.DeepestValue) throw new ExpressionException($"has lists or maps more than {ExpressionLimits.DeepestValue} deep");
        switch (parser.Current)
        {
            case Scalar scalar:
                parser.MoveNext();
                return scalar is { Style: ScalarStyle.Plain, IsQuotedImplicit: false } ? Plain(scalar.Value) : Of(scalar.Value);
            case SequenceStart:
                var items = new List<ExpressionValue>();
                parser.MoveNext();
                while (parser.Current is not SequenceEnd) items.Add(Read(parser, depth + 1));
                parser.MoveNext();
                return Of(items);
            case MappingStart:
                var members = new Dictionary<string, ExpressionValue>(StringComparer.Ordinal);
                parser.MoveNext();
                while (parser.Current is not MappingEnd)
                {
                    var key = Read(parser, depth + 1).Text ?? throw new ExpressionException("has a key that is not a text");
                    if (!members.TryAdd(key, Read(parser, depth + 1))) throw new ExpressionException($"has the key \"{key}\" twice");
                }

                parser.MoveNext();
                return Of(members);
            case AnchorAlias:
                throw new ExpressionException("has an alias (*name), which is not supported: write its value");
            default:
                throw new ExpressionException("is not YAML");
        }
    }

    private static ExpressionValue Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => Null,
        "true" or "True" or "TRUE" => True,
        "false" or "False" or "FALSE" => False,
        _ when IsNumber().IsMatch(text) && JsonForm.Number(text) is { } number => number,
        _ => Of(text),
    };

    public static string Write(ExpressionValue value)
    {
        var result = new StringBuilder();
        Write(result, value, 0, inList: false);
        return result.Append(result.Length > 0 && result[^1] != '\n' ? "\n" : "").ToString();
    }

    private static void Write(StringBuilder to, ExpressionValue value, int indent, bool inList)
    {
        var first = inList;
        switch (value)
        {
            case ListValue { Items: { Count: > 0 } items }:
                foreach (var item in items)
                {
                    Begin(to, indent, ref first).Append("- ");
                    Write(to, item, indent + 2, inList: true);
                }

                break;
            case MapValue { Members: { Count: > 0 } members }:
                foreach (var (name, member) in members)
                {
                    Begin(to, indent, ref first).Append(Text(name)).Append(':');
                    var nested = member is ListValue { Items.Count: > 0 } or MapValue { Members.Count: > 0 };
                    to.Append(nested ? '\n' : ' ');
                    Write(to, member, indent + 2, inList: false);
                }

                break;
            default:
                to.Append(value is StringValue { Value: var text } ? Text(text) : JsonForm.Write(value)).Append('\n');
                break;
        }
    }

    private static StringBuilder Begin(StringBuilder to, int indent, ref bool first)
    {
        if (!first) to.Append(' ', indent);
        first = false;
        return to;
    }

    /// <summary>Plain where nobody can take it for anything else; else in quotes, as JSON has them.</summary>
    private static string Text(string text) => IsPlain().IsMatch(text) && Plain(text) is StringValue && text.ToLowerInvariant() is not ("yes" or "no" or "on" or "off" or "y" or "n")
        ? text
        : JsonForm.Write(Of(text));

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex IsNumber();

    [GeneratedRegex(@"^[A-Za-z_/][A-Za-z0-9_./@-]*( [A-Za-z0-9_./@-]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex IsPlain();
}
