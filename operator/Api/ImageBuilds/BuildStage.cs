using System.Text.Json.Serialization;

namespace ImageOperator.Api.ImageBuilds;

/// <summary>The stages of a target, in order. A target's stage is the last one it reached.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BuildStage>))]
public enum BuildStage
{
    /// <summary>Nothing yet.</summary>
    Pending,

    /// <summary>The source image is known and, where it is a file, verified.</summary>
    SourceResolved,

    /// <summary>The machine runs.</summary>
    MachineCreated,

    /// <summary>The communicator is logged in.</summary>
    Connected,

    /// <summary>All provisioners are done.</summary>
    Provisioned,

    /// <summary>The image is made. From here on it is kept whatever is killed.</summary>
    Captured,

    /// <summary>The tests on a new machine passed.</summary>
    Tested,

    /// <summary>The image stands, verified, at each place that publish names. Targets without publish pass it over.</summary>
    Published,

    /// <summary>The image stands where it was wanted.</summary>
    Distributed,

    /// <summary>Everything temporary is removed.</summary>
    CleanedUp,
}
