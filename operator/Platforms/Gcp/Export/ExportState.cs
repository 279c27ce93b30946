using System.Text.Json;
using ImageOperator.Platforms.Gcp.Clients;

namespace ImageOperator.Platforms.Gcp.Export;

/// <summary>What the worker says of itself.</summary>
internal sealed record ExportState
{
    /// <summary>ready (it waits for the disk), running, done or failed.</summary>
    public string? State { get; init; }

    /// <summary>How much of the disk it has read, in bytes.</summary>
    public long? Read { get; init; }

    /// <summary>The disk's size in bytes.</summary>
    public long? Size { get; init; }

    /// <summary>The MD5 of what it sent, in base64, as Cloud Storage writes it.</summary>
    public string? Md5 { get; init; }

    public string? Generation { get; init; }

    public string? Message { get; init; }

    /// <returns>Null: it says nothing that can be read.</returns>
    public static ExportState? Of(string? text)
    {
        if (text is null) return null;
        try
        {
            return JsonSerializer.Deserialize<ExportState>(text, GoogleRest.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
