using System.Text.Json.Serialization;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>What an HTTP server answers to a GET; at most 1 MiB.</summary>
public sealed record HttpLookup
{
    /// <summary>The URL.</summary>
    [Bounds(Min = 1, Max = 2048)]
    [Pattern("^(https?://|\\$\\().+")]
    public required string Url { get; init; }

    /// <summary>Headers of the request; sensitive parameters may stand here. With headers no redirect is followed.</summary>
    [Bounds(Max = 16, MaxItemLength = 8192)]
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>What the answer is read as.</summary>
    public LookupFormat Format { get; init; } = LookupFormat.Json;
}

/// <summary>What an answer is read as.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LookupFormat>))]
public enum LookupFormat
{
    /// <summary>JSON.</summary>
    Json,

    /// <summary>YAML.</summary>
    Yaml,

    /// <summary>A text, without the line feed at its end.</summary>
    Text,
}
