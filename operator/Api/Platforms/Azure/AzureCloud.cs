using System.Text.Json.Serialization;

namespace ImageOperator.Api.Platforms.Azure;

/// <summary>Microsoft's clouds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AzureCloud>))]
public enum AzureCloud
{
    /// <summary>The public one.</summary>
    Public,

    /// <summary>That of the government of the United States.</summary>
    UsGovernment,

    /// <summary>That of China.</summary>
    China,

    /// <summary>Another one: endpoint, audience and authorityHost say where it is.</summary>
    Custom,
}
