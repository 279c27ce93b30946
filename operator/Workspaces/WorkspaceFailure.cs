using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Workspaces;

/// <summary>The failures of fetching: each names the entry's field.</summary>
internal static class WorkspaceFailure
{
    public static PlatformException Unavailable(string field, string message, string? hint = null, Exception? inner = null) =>
        new(FailureKind.Terminal, Reasons.WorkspaceUnavailable, $"{field}: {message}", hint, inner);

    public static PlatformException Unreachable(string field, string message, string? hint = null, Exception? inner = null) =>
        new(FailureKind.Retryable, Reasons.WorkspaceUnavailable, $"{field}: {message}", hint, inner);

    public static PlatformException Refused(string field, string message, string hint, Exception? inner = null) =>
        new(FailureKind.Auth, Reasons.Unauthorized, $"{field}: {message}", hint, inner);
}
