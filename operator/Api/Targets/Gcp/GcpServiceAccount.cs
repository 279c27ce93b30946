using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Gcp;

/// <summary>A service account that a machine runs as.</summary>
public sealed record GcpServiceAccount
{
    internal const string EmailPattern = "^[a-z0-9.-]+@[a-z0-9.-]+$";

    /// <summary>Its e-mail address.</summary>
    [Bounds(Min = 3, Max = 254)]
    [Pattern(EmailPattern)]
    public required string Email { get; init; }

    /// <summary>The scopes of its tokens. Unset: cloud-platform, so that its roles alone decide.</summary>
    [Bounds(Max = 32, MaxItemLength = 256)]
    [Pattern("^https://www\\.googleapis\\.com/auth/[a-z._-]+$")]
    public IReadOnlyList<string> Scopes { get; init; } = ["https://www.googleapis.com/auth/cloud-platform"];
}
