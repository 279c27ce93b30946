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
            Converters = { new EnumNameConverterFactory(), new TimeConverter(micro: false), new TimeOffsetConverter() },
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { MicroTime.Modify, RequireNothing } },
        };
        options.MakeReadOnly();
        return options;
    }

    /// <summary>The server's schema is the guard; one odd object must not blind the informer to all of its kind.</summary>
    private static void RequireNothing(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            property.IsRequired = false;
        }
    }
}
