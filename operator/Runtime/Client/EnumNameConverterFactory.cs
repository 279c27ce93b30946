using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageOperator.Runtime.Client;

/// <summary>Enums by name, but only those that do not say themselves how they are written: options' converters win over a type's own.</summary>
internal sealed class EnumNameConverterFactory : JsonConverterFactory
{
    private static readonly JsonStringEnumConverter ByName = new();

    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsEnum && typeToConvert.GetCustomAttribute<JsonConverterAttribute>() is null;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) => ByName.CreateConverter(typeToConvert, options);
}
