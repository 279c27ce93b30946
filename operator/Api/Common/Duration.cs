using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Common;

/// <summary>A length of time in Go's form: <c>90s</c>, <c>5m</c>, <c>1h30m</c>, <c>500ms</c>.</summary>
[JsonConverter(typeof(DurationJsonConverter))]
[Pattern(DurationPattern)]
[Bounds(Max = MaxLength)]
[CelRule("duration(self) <= duration('87672h')", "must not be longer than ten years (87672h)")]
public readonly partial record struct Duration(TimeSpan Value)
{
    /// <summary>What the API server accepts.</summary>
    public const string DurationPattern = "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$";

    /// <summary>The CEL rule of a duration that must not be zero.</summary>
    public const string PositiveRule = "duration(self) > duration('0s')";

    /// <summary>What a user reads who breaks <see cref="PositiveRule"/>.</summary>
    public const string PositiveMessage = "must be longer than 0s";

    private const int MaxLength = 64;

    private const long MaxMilliseconds = 87672L * 3_600_000;

    /// <summary>No time at all.</summary>
    public static Duration Zero => new(TimeSpan.Zero);

    /// <summary>A duration of whole seconds.</summary>
    public static Duration FromSeconds(double seconds) => new(TimeSpan.FromSeconds(seconds));

    /// <summary>A duration of whole minutes.</summary>
    public static Duration FromMinutes(double minutes) => new(TimeSpan.FromMinutes(minutes));

    /// <summary>Reads Go's form. False if the text is not of it, or longer than 10 years.</summary>
    public static bool TryParse(string? text, out Duration duration)
    {
        duration = Zero;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength || !Form().IsMatch(text)) return false;
        var total = 0m;
        foreach (Match part in Part().Matches(text))
        {
            if (!decimal.TryParse(part.Groups[1].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
            if (number > MaxMilliseconds) return false;
            total += number * part.Groups[3].Value switch { "ms" => 1, "s" => 1000, "m" => 60_000, _ => 3_600_000 };
        }

        if (total > MaxMilliseconds) return false;
        duration = new(TimeSpan.FromMilliseconds((long)decimal.Round(total)));
        return true;
    }

    /// <summary>Reads Go's form.</summary>
    /// <exception cref="FormatException">The text is not of Go's form.</exception>
    public static Duration Parse(string text) => TryParse(text, out var duration)
        ? duration
        : throw new FormatException($"\"{text}\" is not a duration: write for example 90s, 5m or 1h30m");

    /// <summary>Go's form, shortest: <c>1h30m</c>; milliseconds below one second.</summary>
    public override string ToString()
    {
        if (Value == TimeSpan.Zero) return "0s";
        var text = new StringBuilder();
        var hours = (long)Value.TotalHours;
        if (hours > 0) text.Append(CultureInfo.InvariantCulture, $"{hours}h");
        if (Value.Minutes > 0) text.Append(CultureInfo.InvariantCulture, $"{Value.Minutes}m");
        if (Value.Seconds > 0) text.Append(CultureInfo.InvariantCulture, $"{Value.Seconds}s");
        if (Value.Milliseconds > 0) text.Append(CultureInfo.InvariantCulture, $"{Value.Milliseconds}ms");
        return text.Length > 0 ? text.ToString() : "0s";
    }

    // .NET's $ would accept a line feed at the end.
    [GeneratedRegex("^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+\\z")]
    private static partial Regex Form();

    [GeneratedRegex("([0-9]+(\\.[0-9]+)?)(ms|s|m|h)")]
    private static partial Regex Part();
}

internal sealed class DurationJsonConverter : JsonConverter<Duration>
{
    public override Duration Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return Duration.TryParse(text, out var duration)
            ? duration
            : throw new JsonException($"\"{text}\" is not a duration: write for example 90s, 5m or 1h30m");
    }

    public override void Write(Utf8JsonWriter writer, Duration value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
