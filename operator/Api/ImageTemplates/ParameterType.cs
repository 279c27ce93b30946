using System.Text.Json.Serialization;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>The type of a parameter's value.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ParameterType>))]
public enum ParameterType
{
    /// <summary>A text.</summary>
    [JsonStringEnumMemberName("string")]
    String,

    /// <summary>An integer or decimal number.</summary>
    [JsonStringEnumMemberName("number")]
    Number,

    /// <summary>true or false.</summary>
    [JsonStringEnumMemberName("bool")]
    Bool,

    /// <summary>A list of values of any type.</summary>
    [JsonStringEnumMemberName("list")]
    List,

    /// <summary>Values of any type by name.</summary>
    [JsonStringEnumMemberName("map")]
    Map,
}
