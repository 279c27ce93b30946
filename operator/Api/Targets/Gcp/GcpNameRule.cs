using System.Text.Json.Serialization;

namespace ImageOperator.Api.Targets.Gcp;

/// <summary>How a name is kept apart from those of other images.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GcpNameRule>))]
public enum GcpNameRule
{
    /// <summary>The build fails before it makes anything when the name is taken.</summary>
    Fail,

    /// <summary>The name always gets a suffix of the build's UID: two builds never have the same.</summary>
    Suffix,
}
