using System.Net;

namespace ImageOperator.Downloads;

/// <summary>A server answered a download with an error.</summary>
public sealed class HttpStatusException(HttpStatusCode status, string? phrase, TimeSpan? retryAfter) : Exception($"the server says {(int)status} {phrase}".TrimEnd())
{
    public HttpStatusCode Status { get; } = status;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    public bool IsThrottled { get; } = status == HttpStatusCode.TooManyRequests;

    public bool IsTransient { get; } = status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;

    public static HttpStatusException Of(HttpResponseMessage response, TimeProvider time)
    {
        var header = response.Headers.RetryAfter;
        var after = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
        return new(response.StatusCode, response.ReasonPhrase, after is { } pause && pause < TimeSpan.Zero ? TimeSpan.Zero : after);
    }
}
