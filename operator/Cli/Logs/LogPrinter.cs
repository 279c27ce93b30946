using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ImageOperator.Cli.Logs;

/// <summary>Prints the lines of a builder's log: as they are, or in words. What a guest printed cannot steer the terminal.</summary>
internal sealed class LogPrinter(TextWriter output, bool raw, bool colours)
{
    private const string Reset = "\e[0m";
    private readonly Lock _lock = new();
    private (string Target, int Attempt)? _last;

    public void Print(string line)
    {
        lock (_lock)
        {
            output.WriteLine(raw ? line : Words(line));
            output.Flush();
        }
    }

    private string Words(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Words(document.RootElement) : Harmless(line);
        }
        catch (JsonException)
        {
            // .NET itself, or the kubelet.
            return Harmless(line);
        }
    }

    private string Words(JsonElement entry)
    {
        var (target, attempt) = (Text(entry, "target"), entry.TryGetProperty("attempt", out var number) && number.TryGetInt32(out var value) ? value : 0);
        var heading = target.Length > 0 && _last != (target, attempt) ? Coloured("\e[1m", $"== {Harmless(target)}, attempt {attempt}") + Environment.NewLine : "";
        if (target.Length > 0) _last = (target, attempt);
        var time = DateTimeOffset.TryParse(Text(entry, "time"), CultureInfo.InvariantCulture, out var at) ? at.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture) : "        ";
        string[] parts = [Text(entry, "stage"), Text(entry, "step")];
        var place = string.Join('/', parts.Where(p => p.Length > 0));
        var message = (Text(entry, "event") == "output" ? "| " : "") + Text(entry, "message");
        var colour = Text(entry, "level") switch { "error" => "\e[31m", "warning" => "\e[33m", "debug" => "\e[2m", _ => "" };
        return $"{heading}{time}  {Harmless(place),-26}  {Coloured(colour, Harmless(message))}";
    }

    private string Coloured(string colour, string text) => colours && colour.Length > 0 ? colour + text + Reset : text;

    private static string Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>Without what moves the cursor, rings or sets titles.</summary>
    private static string Harmless(string text)
    {
        if (!text.Any(c => char.IsControl(c) && c != '\t')) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var c in text) clean.Append(char.IsControl(c) && c != '\t' ? '�' : c);
        return clean.ToString();
    }
}
