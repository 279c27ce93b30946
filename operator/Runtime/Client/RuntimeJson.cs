using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ImageOperator.Runtime.Client;

/// <summary>How objects travel: camelCase, no nulls, enums by name, times as the API server reads them.</summary>
public static class RuntimeJson
{
    /// <summary>The options; read-only.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.Strict,
            Converters = { new EnumNameConverterFactory(), new TimeConverter(micro: false), new TimeOffsetConverter() },
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { MicroTime.Modify } },
        };
        options.MakeReadOnly();
        return options;
    }
}
