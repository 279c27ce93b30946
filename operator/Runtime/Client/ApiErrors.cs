using k8s.Models;

namespace ImageOperator.Runtime.Client;

/// <summary>Translates what the server and the network say into the closed set.</summary>
internal static class ApiErrors
{
    public static ApiException FromStatus(ApiCall call, int httpCode, V1Status? status, TimeSpan? retryAfter = null, string? body = null)
    {
        var code = httpCode != 0 ? httpCode : status?.Code ?? 500;
        var error = Classify(code, status?.Reason);
        var words = status?.Message is { Length: > 0 } message ? message : body is { Length: > 0 } ? body : "no message";
        return new($"{call}: {(status?.Reason is { Length: > 0 } reason ? reason : error)} ({code}): {words}")
        {
            Error = error,
            StatusCode = code,
            RetryAfter = retryAfter ?? (status?.Details?.RetryAfterSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : null),
            Causes = [.. (status?.Details?.Causes ?? []).Select(c => new ApiErrorCause(c.Reason, c.Field, c.Message))],
        };
    }

    public static ApiException Transient(ApiCall call, Exception inner) => new($"{call}: {inner.Message}", inner) { Error = ApiError.Transient };

    public static ApiException TimedOut(ApiCall call, TimeSpan after) => new($"{call}: no answer in {after.TotalSeconds:0.#} s") { Error = ApiError.Transient, IsSilence = true };

    private static ApiError Classify(int code, string? reason) => code switch
    {
        // A server that has just started does not serve custom kinds yet, and says so in plain text.
        404 => reason == "NotFound" ? ApiError.NotFound : ApiError.Transient,
        409 => reason == "AlreadyExists" ? ApiError.AlreadyExists : ApiError.Conflict,
        410 => ApiError.Expired,
        429 => ApiError.TooManyRequests,
        401 or 403 => ApiError.Forbidden,
        408 => ApiError.Transient,
        >= 400 and < 500 => ApiError.Invalid,
        _ => ApiError.Transient,
    };
}
