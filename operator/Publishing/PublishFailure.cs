using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Publishing;

/// <summary>The failures of publishing: each names the entry's field.</summary>
internal static class PublishFailure
{
    public static PlatformException Failed(string field, string message, string? hint = null, Exception? inner = null) =>
        new(FailureKind.Terminal, Reasons.DistributionFailed, $"{field}: {message}", hint, inner);

    public static PlatformException Unreachable(string field, string message, string? hint = null, Exception? inner = null) =>
        new(FailureKind.Retryable, Reasons.DistributionFailed, $"{field}: {message}", hint, inner);

    public static PlatformException Refused(string field, string message, string hint, Exception? inner = null) =>
        new(FailureKind.Auth, Reasons.Unauthorized, $"{field}: {message}", hint, inner);

    /// <summary>What stands there is not what was sent.</summary>
    public static PlatformException Differs(string field, string where, string expected, string found) => new(
        FailureKind.Terminal, Reasons.ChecksumMismatch, $"{field}: {where} has the checksum {found} after the upload, but {expected} was sent",
        "something between here and the storage changes files, or another build writes to the same name");
}
