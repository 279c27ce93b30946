using System.Text.Json.Serialization;

namespace ImageOperator.Api.ImageBuilds;

/// <summary>What a build would do with a target.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PlannedAction>))]
public enum PlannedAction
{
    /// <summary>Make an image.</summary>
    Build,

    /// <summary>Nothing: a result of the same inputs exists.</summary>
    UpToDate,
}
