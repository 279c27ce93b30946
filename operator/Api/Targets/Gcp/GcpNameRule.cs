using System.Text.Json.Serialization;

namespace ImageOperator.Api.Targets.Gcp;

/// <summary>How a name is kept apart from those of other images.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GcpNameRule>))]
public enum GcpNameRule
{
    /// <summary>The build fails before it makes anything when the name is taken.</summary>
    Fail,

    /// <summary>The name always gets a suffix that stands for the build and its target: no two have the same.</summary>
    Suffix,
}
