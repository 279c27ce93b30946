using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImageOperator.Api.Common;

namespace ImageOperator.Api.Validation;

/// <summary>The schema's demands on a string.</summary>
internal static class SchemaText
{
    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    public static void Check(ErrorList errors, JsonElement schema, string value, string path)
    {
        var duration = schema.TryGetProperty("pattern", out var pattern) && pattern.ValueEquals(Duration.DurationPattern);
        if (schema.TryGetProperty("enum", out var allowed))
        {
            var values = allowed.EnumerateArray().Select(v => v.GetString()!).ToList();
            if (!values.Contains(value, StringComparer.Ordinal))
            {
                errors.Add(path, $"\"{value}\" is not allowed: use one of {string.Join(", ", values)}{NearestName.Hint(value, values)}");
            }
        }

        if (duration)
        {
            errors.Require(Duration.TryParse(value, out _), path, $"\"{Short(value)}\" is not a duration: write for example 90s, 5m or 1h30m");
            return;
        }

        if (pattern.ValueKind == JsonValueKind.String && pattern.ValueEquals(Quantity.QuantityPattern))
        {
            errors.Require(Matches(Quantity.QuantityPattern, value), path, $"\"{Short(value)}\" is not a quantity of bytes: write for example 512Mi or 10Gi");
            return;
        }

        // The API server counts code points, as Unicode does.
        var length = value.EnumerateRunes().Count();
        var matches = pattern.ValueKind != JsonValueKind.String || Matches(pattern.GetString()!, value);
        if (schema.TryGetProperty("minLength", out var min) && length > 0 && length < min.GetInt64())
        {
            errors.Add(path, $"is too short: at least {min} characters");
        }

        errors.Require(length > 0 || (matches && !(min.ValueKind == JsonValueKind.Number && min.GetInt64() > 0)), path, "must not be empty");

        if (schema.TryGetProperty("maxLength", out var max) && length > max.GetInt64()) errors.Add(path, $"is too long: at most {max} characters, not {length}");
        errors.Require(matches || length == 0, path, $"\"{Short(value)}\" does not match {(matches ? "" : pattern.GetString())}");

        if (schema.TryGetProperty("format", out var format) && format.ValueEquals("date-time") && !DateTimeOffset.TryParse(value, out _))
        {
            errors.Add(path, $"\"{Short(value)}\" is not a time: write for example 2026-01-31T23:59:59Z");
        }
    }

    /// <summary>Matches as RE2 does: <c>$</c> is the end of the text, never the place before a last line feed.</summary>
    public static bool Matches(string pattern, string value)
    {
        try
        {
            return Patterns.GetOrAdd(pattern, Compile).IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    public static string Short(string value) => value.Length <= 80 ? value : value[..77] + "...";

    // The patterns are the schema's own, none of them ambiguous. Matching them without backtracking would cost each start
    // of a program 0.05 to 0.1 s: the code of those automata is compiled when it is first used.
    private static Regex Compile(string pattern) => new(
        pattern.EndsWith('$') && !pattern.EndsWith("\\$", StringComparison.Ordinal) ? pattern[..^1] + "\\z" : pattern,
        RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(1));
}
