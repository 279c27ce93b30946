using System.Text.Json.Serialization;

namespace ImageOperator.Api.Provisioners;

/// <summary>Which way files go.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FileDirection>))]
public enum FileDirection
{
    /// <summary>From the workspace to the machine.</summary>
    Upload,

    /// <summary>From the machine to the build's output folder.</summary>
    Download,
}
