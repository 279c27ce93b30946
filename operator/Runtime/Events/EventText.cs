using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ImageOperator.Runtime.Events;

internal static class EventText
{
    /// <summary>The server's limit for a note.</summary>
    public const int NoteBytes = 1024;

    /// <summary>The server's limit for reason, action and instance.</summary>
    public const int WordBytes = 128;

    /// <summary>Cuts at a limit that the server counts in bytes, without tearing a character.</summary>
    public static string Cut(string text, int bytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= bytes)
        {
            return text;
        }

        var room = bytes - Encoding.UTF8.GetByteCount("…");
        var kept = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0)
            {
                break;
            }

            kept.Append(rune);
        }

        return kept.Append('…').ToString();
    }

    public static JsonObject SeriesPatch(int count, DateTimeOffset at) => new()
    {
        ["series"] = new JsonObject
        {
            ["count"] = count,
            ["lastObservedTime"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        },
    };
}
