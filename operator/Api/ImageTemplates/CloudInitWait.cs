using System.Text.Json.Serialization;
using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>How to wait for cloud-init.</summary>
public sealed record CloudInitWait
{
    /// <summary>How long cloud-init may take, from the login on.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    [NotAnInput]
    public Duration Timeout { get; init; } = Duration.FromMinutes(10);

    /// <summary>What to do if cloud-init reports errors.</summary>
    public CloudInitErrors OnError { get; init; } = CloudInitErrors.Fail;
}

/// <summary>What to do if cloud-init reports errors.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CloudInitErrors>))]
public enum CloudInitErrors
{
    /// <summary>The connection counts as failed, with the reason CloudInitFailed.</summary>
    Fail,

    /// <summary>They are told, and the build goes on.</summary>
    Continue,
}
