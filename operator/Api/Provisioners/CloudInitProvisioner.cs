using System.Text.Json.Serialization;

namespace ImageOperator.Api.Provisioners;

/// <summary>Waits until cloud-init has done its work, and fails with cloud-init's own errors if it did not.</summary>
public sealed record CloudInitProvisioner
{
    /// <summary>Whether recoverable errors (cloud-init's "degraded") let the step succeed.</summary>
    public bool AllowDegraded { get; init; }

    /// <summary>What a machine without cloud-init, or with a disabled one, means.</summary>
    public CloudInitMissing Missing { get; init; } = CloudInitMissing.Fail;
}

/// <summary>What a machine without cloud-init means.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CloudInitMissing>))]
public enum CloudInitMissing
{
    /// <summary>The step fails.</summary>
    Fail,

    /// <summary>There is nothing to wait for.</summary>
    Ignore,
}
