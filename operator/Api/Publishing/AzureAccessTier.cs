using System.Text.Json.Serialization;

namespace ImageOperator.Api.Publishing;

/// <summary>How fast and dear a block blob is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AzureAccessTier>))]
public enum AzureAccessTier
{
    /// <summary>Read often.</summary>
    Hot,

    /// <summary>Read seldom, kept for 30 days at least.</summary>
    Cool,

    /// <summary>Read hardly ever, kept for 90 days at least.</summary>
    Cold,

    /// <summary>Must be rehydrated, which takes hours, before it is read.</summary>
    Archive,
}
