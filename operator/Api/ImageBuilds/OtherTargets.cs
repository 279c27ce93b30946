using System.Text.Json.Serialization;

namespace ImageOperator.Api.ImageBuilds;

/// <summary>What becomes of the other targets of a build when one fails.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OtherTargets>))]
public enum OtherTargets
{
    /// <summary>They go on: what can be built is built.</summary>
    Continue,

    /// <summary>They are cancelled and clean up: no machine runs for a build that has failed already.</summary>
    Cancel,
}
