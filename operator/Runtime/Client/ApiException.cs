namespace ImageOperator.Runtime.Client;

/// <summary>A call to the API server failed. The message holds verb, kind, name and the server's own words.</summary>
public sealed class ApiException : Exception
{
    public ApiException() : this("a call to the API server failed") { }

    public ApiException(string message) : base(message) { }

    public ApiException(string message, Exception? innerException) : base(message, innerException) { }

    /// <summary>What went wrong.</summary>
    public ApiError Error { get; init; }

    /// <summary>
    /// Whether it goes by itself: the server was away, overtaken or busy. Forbidden is among them: a server that has just started refuses
    /// rights that it has not read yet.
    /// </summary>
    public bool IsPassing => Error is ApiError.Transient or ApiError.TooManyRequests or ApiError.Conflict or ApiError.Forbidden;

    /// <summary>Nothing came for so long that the caller gave up: of a watch, that it is idle or half-open.</summary>
    public bool IsSilence { get; init; }

    /// <summary>HTTP status, or 0 when there was no answer.</summary>
    public int StatusCode { get; init; }

    /// <summary>How long the server wants the caller to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The single causes that the server lists.</summary>
    public IReadOnlyList<ApiErrorCause> Causes { get; init; } = [];

    /// <summary>The fields that other managers own, when a server-side apply conflicts: <c>.status.targets[name="a"].attempt</c>.</summary>
    public IReadOnlyList<string> ConflictingFields =>
        [.. Causes.Where(c => c.Reason == ApiErrorCause.FieldManagerConflict && c.Field is not null).Select(c => c.Field!)];
}
