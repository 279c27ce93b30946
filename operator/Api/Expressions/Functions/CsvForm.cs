using System.Text;
using ImageOperator.Api.Expressions.Values;
using static ImageOperator.Api.Expressions.Values.ExpressionValue;

namespace ImageOperator.Api.Expressions.Functions;

/// <summary>CSV of RFC 4180: the first row names the fields.</summary>
internal static class CsvForm
{
    public static IReadOnlyList<ExpressionValue> Parse(string text)
    {
        var rows = Rows(text);
        if (rows.Count == 0) return [];
        var names = rows[0];
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Count) throw new ExpressionException("two fields have the same name");
        return [.. rows.Skip(1).Select((row, i) => row.Count == names.Count
            ? Of(names.Zip(row).Select(p => KeyValuePair.Create(p.First, Of(p.Second))))
            : throw new ExpressionException($"row {i + 1} has {row.Count} fields, and not {names.Count}"))];
    }

    private static List<List<string>> Rows(string text)
    {
        var rows = new List<List<string>>();
        var row = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"') field.Append(text[i++]);
            else if (c == '"' && (quoted || field.Length == 0)) quoted = !quoted;
            else if (quoted || c is not (',' or '\n' or '\r')) field.Append(c);
            else if (c == ',') Field();
            else if (c == '\n') Row();
        }

        if (quoted) throw new ExpressionException("a quote is not closed");
        if (field.Length > 0 || row.Count > 0) Row();
        return rows;

        void Field()
        {
            row.Add(field.ToString());
            field.Clear();
        }

        void Row()
        {
            if (field.Length == 0 && row.Count == 0) return;
            Field();
            rows.Add(row);
            row = [];
            if (rows.Count > ExpressionLimits.MostItems + 1) throw new ExpressionException("has too many rows") { IsLimit = true };
        }
    }
}
