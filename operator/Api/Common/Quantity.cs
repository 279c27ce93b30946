using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Common;

/// <summary>A number of bytes as a Kubernetes quantity: <c>2Gi</c>, <c>512Mi</c>, <c>10G</c>.</summary>
[JsonConverter(typeof(QuantityJsonConverter))]
[Pattern(QuantityPattern)]
[Bounds(Max = MaxLength)]
public readonly partial record struct Quantity(long Bytes)
{
    /// <summary>What the API server accepts. The numbers of digits keep every value below 10^18 bytes.</summary>
    public const string QuantityPattern =
        "^([0-9]{1,18}|[0-9]{1,14}(\\.[0-9]{1,9})?(k|Ki)|[0-9]{1,11}(\\.[0-9]{1,9})?Mi?|[0-9]{1,8}(\\.[0-9]{1,9})?Gi?|[0-9]{1,5}(\\.[0-9]{1,9})?Ti?|[0-9]{1,2}(\\.[0-9]{1,9})?Pi?)$";

    /// <summary>The most bytes that a plain number may say.</summary>
    public const long MaxBytes = 999_999_999_999_999_999;

    private const int MaxLength = 32;

    // The most of each unit is what the pattern has digits for.
    private static readonly (string Suffix, long Factor, long Most)[] Binary =
    [
        ("Pi", 1L << 50, 99), ("Ti", 1L << 40, 99_999), ("Gi", 1L << 30, 99_999_999), ("Mi", 1L << 20, 99_999_999_999),
        ("Ki", 1L << 10, 99_999_999_999_999),
    ];

    /// <summary>A quantity of binary gigabytes (2^30 bytes).</summary>
    public static Quantity FromGi(long gi) => new(gi << 30);

    /// <summary>A quantity of binary megabytes (2^20 bytes).</summary>
    public static Quantity FromMi(long mi) => new(mi << 20);

    /// <summary>Reads a quantity. False if the text is none, or 10^18 bytes or more.</summary>
    public static bool TryParse(string? text, out Quantity quantity)
    {
        quantity = default;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength) return false;
        var match = Form().Match(text);
        if (!match.Success) return false;
        decimal factor = match.Groups[3].Value switch
        {
            "" => 1,
            "k" => 1_000m,
            "M" => 1_000_000m,
            "G" => 1_000_000_000m,
            "T" => 1_000_000_000_000m,
            "P" => 1_000_000_000_000_000m,
            var suffix => Binary.First(b => b.Suffix == suffix).Factor,
        };
        if (!decimal.TryParse(match.Groups[1].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
        if (number > MaxBytes / factor) return false;
        quantity = new((long)decimal.Ceiling(number * factor));
        return true;
    }

    /// <summary>Reads a quantity.</summary>
    /// <exception cref="FormatException">The text is no quantity.</exception>
    public static Quantity Parse(string text) => TryParse(text, out var quantity)
        ? quantity
        : throw new FormatException($"\"{text}\" is not a quantity of bytes: write for example 512Mi or 10Gi");

    /// <summary>The shortest exact form with a binary suffix.</summary>
    public override string ToString()
    {
        var bytes = Bytes;
        foreach (var (suffix, factor, most) in Binary)
        {
            if (bytes >= factor && bytes % factor == 0 && bytes / factor <= most) return (bytes / factor).ToString(CultureInfo.InvariantCulture) + suffix;
        }

        return bytes.ToString(CultureInfo.InvariantCulture);
    }

    // .NET's $ would accept a line feed at the end.
    [GeneratedRegex("^([0-9]+(\\.[0-9]+)?)(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?\\z")]
    private static partial Regex Form();
}

internal sealed class QuantityJsonConverter : JsonConverter<Quantity>
{
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number when reader.TryGetInt64(out var number) => number.ToString(CultureInfo.InvariantCulture),
            _ => null,
        };
        return Quantity.TryParse(text, out var quantity)
            ? quantity
            : throw new JsonException($"\"{text}\" is not a quantity of bytes: write for example 512Mi or 10Gi");
    }

    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
