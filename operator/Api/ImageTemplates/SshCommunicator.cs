using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>SSH settings.</summary>
public sealed record SshCommunicator
{
    /// <summary>The user to log in as; made by the seed if the image lacks it.</summary>
    [Bounds(Min = 1, Max = 32)]
    [Pattern("^[a-z_][a-z0-9_-]*$")]
    public required string User { get; init; }

    /// <summary>The port that the machine's SSH server listens on.</summary>
    [Bounds(Min = 1, Max = 65535)]
    public int Port { get; init; } = 22;

    /// <summary>How long the machine may take from its start until it accepts the login.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    [NotAnInput]
    public Duration Timeout { get; init; } = Duration.FromMinutes(5);

    /// <summary>How often an idle connection is probed; a peer that misses three probes is taken for dead.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    [NotAnInput]
    public Duration KeepAliveInterval { get; init; } = Duration.FromSeconds(5);
}
