using System.Text.Json.Serialization;

namespace ImageOperator.Api.ImageBuilds;

/// <summary>Where a target's life stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TargetPhase>))]
public enum TargetPhase
{
    /// <summary>No builder has taken it up.</summary>
    Pending,

    /// <summary>A builder works on it.</summary>
    Running,

    /// <summary>Captured, tested and distributed.</summary>
    Succeeded,

    /// <summary>Not built: an earlier build made its result of the same inputs, and that is still there.</summary>
    UpToDate,

    /// <summary>Not built: the build was to be planned only.</summary>
    Planned,

    /// <summary>It ended with a failure.</summary>
    Failed,

    /// <summary>It was cancelled, and cleaned up.</summary>
    Cancelled,
}
