using System.Text;
using ImageOperator.Api.Expressions.Values;
using static ImageOperator.Api.Expressions.Values.ExpressionValue;
using static ImageOperator.Api.Expressions.Values.Kinds;

namespace ImageOperator.Api.Expressions.Functions;

internal static class EncodingFunctions
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static readonly IReadOnlyList<Function> All =
    [
        new("base64encode(text)", [Scalar], Kinds.String, a => Of(Convert.ToBase64String(Encoding.UTF8.GetBytes(a.Text(0))))),
        new("base64decode(text)", [Scalar], Kinds.String, a => Of(Decode(a.Text(0)))),
        new("textencodebase64(text, encoding)", [Scalar], Kinds.String, a => Of(Convert.ToBase64String(Named(a.Text(1)).GetBytes(a.Text(0))))),
        new("urlencode(text)", [Scalar], Kinds.String, a => Of(Uri.EscapeDataString(WellFormed(a.Text(0))))),
        new("urldecode(text)", [Scalar], Kinds.String, a => Of(Uri.UnescapeDataString(a.Text(0).Replace('+', ' ')))),
        new("jsonencode(value)", [Any], Kinds.String, a => Of(JsonForm.Write(a[0]))),
        new("jsondecode(text)", [Kinds.String], Any, a => JsonForm.Parse(a.Text(0))),
        new("yamlencode(value)", [Any], Kinds.String, a => Of(YamlForm.Write(a[0]))),
        new("yamldecode(text)", [Kinds.String], Any, a => YamlForm.Parse(a.Text(0))),
        new("csvdecode(text)", [Kinds.String], Kinds.List, a => Of(CsvForm.Parse(a.Text(0)))) { Items = Kinds.Map },
    ];

    private static string Decode(string text)
    {
        try
        {
            return Strict.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException)
        {
            throw new ExpressionException("the text is not base64");
        }
        catch (DecoderFallbackException)
        {
            throw new ExpressionException("what it decodes to is no text in UTF-8");
        }
    }

    // Half a surrogate pair makes the framework throw.
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static Encoding Named(string name) => name.ToUpperInvariant() switch
    {
        "UTF-8" => Encoding.UTF8,
        "UTF-16LE" => Encoding.Unicode,
        "UTF-16BE" => Encoding.BigEndianUnicode,
        "US-ASCII" => Encoding.ASCII,
        "ISO-8859-1" => Encoding.Latin1,
        _ => throw new ExpressionException("the encoding is not known: use UTF-8, UTF-16LE, UTF-16BE, US-ASCII or ISO-8859-1"),
    };
}
