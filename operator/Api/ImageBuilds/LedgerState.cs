using System.Text.Json.Serialization;

namespace ImageOperator.Api.ImageBuilds;

/// <summary>Where the life of a ledger's entry stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LedgerState>))]
public enum LedgerState
{
    /// <summary>It is about to be made: it may exist or not.</summary>
    Intended,

    /// <summary>It exists.</summary>
    Created,

    /// <summary>It is being removed, or should be.</summary>
    Removing,
}
