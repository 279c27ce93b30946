using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ImageOperator.Cli.Manifests;

/// <summary>What an unquoted scalar means, as kubectl takes it: YAML 1.1 without dates.</summary>
internal static partial class ScalarKinds
{
    /// <summary>Writes the scalar as JSON.</summary>
    public static void Write(Utf8JsonWriter json, YamlScalar scalar)
    {
        if (!scalar.Plain) json.WriteStringValue(scalar.Text);
        else if (scalar.Text is "" or "~" or "null" or "Null" or "NULL") json.WriteNullValue();
        else if (IsTrue(scalar.Text)) json.WriteBooleanValue(true);
        else if (IsFalse(scalar.Text)) json.WriteBooleanValue(false);
        else if (Integer(scalar.Text) is { } integer) json.WriteNumberValue(integer);
        else if (Decimal().IsMatch(scalar.Text)) json.WriteRawValue(Normal(scalar.Text));
        else json.WriteStringValue(scalar.Text);
    }

    private static bool IsTrue(string text) => text is "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON";

    private static bool IsFalse(string text) => text is "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF";

    private static long? Integer(string text)
    {
        var match = Integers().Match(text);
        if (!match.Success) return null;
        var digits = match.Groups["digits"].Value.Replace("_", "", StringComparison.Ordinal);
        var style = match.Groups["base"].Value switch { "0x" => 16, "0o" or "0" => 8, "0b" => 2, _ => 10 };
        try
        {
            var value = style == 10 ? long.Parse(digits, CultureInfo.InvariantCulture) : Convert.ToInt64(digits, style);
            return text[0] == '-' ? -value : value;
        }
        catch (Exception e) when (e is OverflowException or FormatException)
        {
            return null;
        }
    }

    // JSON has no ".5", "5." or "+5".
    private static string Normal(string text) =>
        double.Parse(text, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);

    [GeneratedRegex("^[-+]?((?<base>0x)(?<digits>[0-9a-fA-F_]+)|(?<base>0o?)(?<digits>[0-7_]+)|(?<base>0b)(?<digits>[01_]+)|(?<digits>0|[1-9][0-9_]*))$", RegexOptions.ExplicitCapture)]
    private static partial Regex Integers();

    [GeneratedRegex("^[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]
    private static partial Regex Decimal();
}
