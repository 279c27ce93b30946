namespace ImageOperator.Runtime.Client;

/// <summary>The closed set of ways in which a call to the API server fails.</summary>
public enum ApiError
{
    /// <summary>The server could not be reached, gave up, failed (5xx, refused, reset, timed out), or does not serve the kind (yet). Trying again can help.</summary>
    Transient,

    /// <summary>There is no such object.</summary>
    NotFound,

    /// <summary>A precondition failed, or another field manager owns a field.</summary>
    Conflict,

    /// <summary>An object with this name exists.</summary>
    AlreadyExists,

    /// <summary>The server rejects the object or the request (400, 422, 413, 405, 415).</summary>
    Invalid,

    /// <summary>Not authenticated or not permitted (401, 403).</summary>
    Forbidden,

    /// <summary>The resource version or the page token is too old (410).</summary>
    Expired,

    /// <summary>The server asks for patience (429); see <see cref="ApiException.RetryAfter"/>.</summary>
    TooManyRequests,
}
