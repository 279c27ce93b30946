using System.Text.Json.Serialization;

namespace ImageOperator.Api.Platforms.Azure;

/// <summary>Azure's clouds, by the names of its command line.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AzureCloud>))]
public enum AzureCloud
{
    /// <summary>The public one.</summary>
    AzureCloud,

    /// <summary>For the US government.</summary>
    AzureUSGovernment,

    /// <summary>In China.</summary>
    AzureChinaCloud,
}
