using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ImageOperator.Api.Expressions.Values;

/// <summary>Values as JSON and back.</summary>
internal static class JsonForm
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="ExpressionException">It is too large, too deep, or has a number that is out of range.</exception>
    public static ExpressionValue Read(JsonElement json, int depth = 0)
    {
        if (depth > ExpressionLimits.DeepestValue) throw new ExpressionException($"has lists or maps more than {ExpressionLimits.DeepestValue} deep");
        return json.ValueKind switch
        {
            JsonValueKind.String => ExpressionValue.Of(Text(json)),
            JsonValueKind.Number => Number(json.GetRawText()) ?? throw new ExpressionException($"has a number that is out of range: {json.GetRawText()}"),
            JsonValueKind.True => ExpressionValue.True,
            JsonValueKind.False => ExpressionValue.False,
            JsonValueKind.Array => ExpressionValue.Of(json.EnumerateArray().Select(i => Read(i, depth + 1)).ToList()),
            JsonValueKind.Object => ExpressionValue.Of(json.EnumerateObject().Select(m => KeyValuePair.Create(Name(m), Read(m.Value, depth + 1)))),
            _ => ExpressionValue.Null,
        };
    }

    /// <exception cref="ExpressionException">It is not JSON.</exception>
    public static ExpressionValue Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new() { MaxDepth = ExpressionLimits.DeepestValue + 2 });
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new ExpressionException($"is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
    }

    private static string Name(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            throw new ExpressionException("has half a surrogate pair in it, which is no text");
        }
    }

    private static string Text(JsonElement json)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new ExpressionException("has half a surrogate pair in it, which is no text");
        }
    }

    /// <summary>The number as it is written; null if it is none that we can reckon with.</summary>
    public static ExpressionValue? Number(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? new NumberValue(value, text) : null;

    public static string Write(ExpressionValue value) => value switch
    {
        BoolValue { Value: var truth } => truth ? "true" : "false",
        NumberValue number => Canonical(number),
        StringValue or ListValue or MapValue => Whole(value),
        _ => "null",
    };

    private static string Whole(ExpressionValue value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact)) Write(writer, value);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static void Write(Utf8JsonWriter writer, ExpressionValue value)
    {
        switch (value)
        {
            case BoolValue { Value: var truth }: writer.WriteBooleanValue(truth); break;
            case NumberValue number: writer.WriteRawValue(Canonical(number)); break;
            case StringValue { Value: var text }: writer.WriteStringValue(text); break;
            case ListValue { Items: var items }:
                writer.WriteStartArray();
                foreach (var item in items) Write(writer, item);
                writer.WriteEndArray();
                break;
            case MapValue { Members: var members }:
                writer.WriteStartObject();
                foreach (var (name, member) in members)
                {
                    writer.WritePropertyName(name);
                    Write(writer, member);
                }

                writer.WriteEndObject();
                break;
            default: writer.WriteNullValue(); break;
        }
    }

    /// <summary>What was written may be more than JSON knows, such as <c>+1</c> or <c>.5</c>.</summary>
    private static string Canonical(NumberValue number) => number.Written is { } text && (IsDigits(text) || ((char.IsAsciiDigit(text[0]) || text[0] == '-') && IsJson(text)))
        ? text
        : ExpressionValue.Of(number.Value).Text!;

    /// <summary>Most numbers: what needs no reader to tell.</summary>
    private static bool IsDigits(string text) => text[0] is >= '1' and <= '9' && !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    private static bool IsJson(string text)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
            return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.BytesConsumed == text.Length;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
