using System.Text.Json.Serialization;

namespace ImageOperator.Api.Platforms;

/// <summary>What to do with strays.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StrayMode>))]
public enum StrayMode
{
    /// <summary>Tell of them, and touch nothing.</summary>
    Report,

    /// <summary>Remove them, and tell.</summary>
    Remove,

    /// <summary>Do not look.</summary>
    Off,
}
