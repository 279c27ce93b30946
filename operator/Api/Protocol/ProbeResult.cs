using System.Text.Json;
using System.Text.Json.Serialization;
using ImageOperator.Api.Platforms;

namespace ImageOperator.Api.Protocol;

/// <summary>What <c>image-builder probe</c> found out. It is the container's termination message: the probe pod needs no rights in the cluster.</summary>
public sealed record ProbeResult
{
    /// <summary>Where the kubelet reads the message; its own default.</summary>
    public const string File = "/dev/termination-log";

    /// <summary>The option whose value is the platform's spec, as JSON. There is no secret in it.</summary>
    public const string PlatformOption = "--platform";

    /// <summary>The kubelet keeps no more bytes.</summary>
    public const int MaxBytes = 4096;

    private const int MaxText = 1024;

    /// <summary>Without strays there is room: for all the permissions that are missing, say.</summary>
    private const int MaxLoneText = 2048;
    private const int MaxItems = 8;
    private const int MaxItem = 200;

    /// <summary>How it ended.</summary>
    public required ProbeOutcome Outcome { get; init; }

    /// <summary>What was seen; on failure with the mend.</summary>
    public required string Message { get; init; }

    /// <summary>Who the platform says that the builder is.</summary>
    public string? Identity { get; init; }

    /// <summary>What of strays was found; null if they were not looked for.</summary>
    public StrayReport? Strays { get; init; }

    /// <summary>The text of the termination message: bounded whatever an endpoint answered.</summary>
    public string Write()
    {
        foreach (var most in Strays is null ? new[] { MaxLoneText, MaxText } : [MaxText])
        {
            var text = JsonSerializer.Serialize(this with { Message = Short(Message, most)!, Identity = Short(Identity), Strays = Short(Strays) }, ApiJson.Options);
            if (System.Text.Encoding.UTF8.GetByteCount(text) <= MaxBytes) return text;
        }

        return JsonSerializer.Serialize(this with { Message = "the answer was too long to pass on", Identity = null, Strays = null }, ApiJson.Options);
    }

    /// <summary>Reads a termination message; null if it is none of ours.</summary>
    public static ProbeResult? Read(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        try
        {
            return JsonSerializer.Deserialize<ProbeResult>(text, ApiJson.Options) is { Message.Length: > 0 } result ? result : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static StrayReport? Short(StrayReport? strays) => strays is null ? null : strays with
    {
        Items = strays.Items is { Count: > 0 } items ? [.. items.Take(MaxItems).Select(i => i.Length > MaxItem ? i[..MaxItem] + "…" : i)] : null,
        Error = Short(strays.Error),
    };

    private static string? Short(string? text, int most = MaxText) => text?.Length > most ? text[..most] + "…" : text;
}

/// <summary>How a probe ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProbeOutcome>))]
public enum ProbeOutcome
{
    /// <summary>The platform can be used.</summary>
    Works,

    /// <summary>The platform refuses the credentials, or there are none.</summary>
    Refused,

    /// <summary>No result: no network, no answer, a tool that does not start.</summary>
    Failed,
}
