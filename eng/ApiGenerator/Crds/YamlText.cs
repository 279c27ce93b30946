using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ImageOperator.Eng.ApiGenerator.Crds;

/// <summary>Writes JSON as block-style YAML, the same text every time.</summary>
internal static partial class YamlText
{
    public static string Write(JsonObject root)
    {
        var text = new StringBuilder();
        Members(text, root, 0);
        return text.ToString();
    }

    private static void Members(StringBuilder text, JsonObject value, int indent)
    {
        var first = true;
        foreach (var (key, member) in value)
        {
            // The first member of a list's item stands behind the dash.
            if (!first || text.Length == 0 || text[^1] == '\n') text.Append(' ', indent);
            first = false;
            text.Append(Scalar(key)).Append(':');
            Value(text, member, indent);
        }
    }

    private static void Value(StringBuilder text, JsonNode? value, int indent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } members:
                text.Append('\n');
                Members(text, members, indent + 2);
                break;
            case JsonArray { Count: > 0 } items:
                text.Append('\n');
                foreach (var item in items)
                {
                    text.Append(' ', indent).Append('-');
                    if (item is JsonObject { Count: > 0 } members)
                    {
                        text.Append(' ');
                        Members(text, members, indent + 2);
                    }
                    else
                    {
                        Value(text, item, indent + 2);
                    }
                }

                break;
            case JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String:
                text.Append(' ').Append(Scalar(scalar.GetValue<string>())).Append('\n');
                break;
            default:
                text.Append(' ').Append(value?.ToJsonString() ?? "null").Append('\n');
                break;
        }
    }

    private static string Scalar(string value) =>
        Plain().IsMatch(value) && !Reserved().IsMatch(value) ? value : JsonSerializer.Serialize(value, ImageOperator.Api.ApiJson.Options);

    [GeneratedRegex(@"^[A-Za-z$.][A-Za-z0-9 ./_,()'$;<>=+-]*(?<! )\z")]
    private static partial Regex Plain();

    [GeneratedRegex(@"^(true|false|null|yes|no|on|off|y|n|~|\.inf|\.nan)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Reserved();
}
