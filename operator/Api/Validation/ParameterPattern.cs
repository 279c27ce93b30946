using System.Text.RegularExpressions;

namespace ImageOperator.Api.Validation;

/// <summary>A user's regular expression: matched in linear time, anchored at both ends.</summary>
internal static class ParameterPattern
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>Null and a message if the expression cannot be used.</summary>
    public static Regex? TryCompile(string pattern, out string error)
    {
        error = "";
        try
        {
            // By itself first: "a)|(b" must not become whole by the anchors' group.
            _ = new Regex(pattern, Options);
            return new Regex($"^(?:{pattern})\\z", Options, TimeSpan.FromSeconds(1));
        }
        catch (NotSupportedException)
        {
            error = "look-around and back references are not supported: write the pattern without";
        }
        catch (ArgumentException exception)
        {
            error = $"is not a regular expression: {exception.Message.Replace($"Invalid pattern '{pattern}' at ", "", StringComparison.Ordinal)}";
        }

        return null;
    }

    /// <summary>Whether the value matches; an expression too costly to decide does not.</summary>
    public static bool IsMatch(Regex regex, string value)
    {
        try
        {
            return regex.IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
