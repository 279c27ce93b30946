namespace ImageOperator.Engine.Failures;

/// <summary>What can be done about a failure of a platform. Adapters translate their SDK's errors to it at their edge.</summary>
public enum FailureKind
{
    /// <summary>The same call may succeed later: throttled, unavailable, timed out.</summary>
    Retryable,

    /// <summary>The same call will fail again.</summary>
    Terminal,

    /// <summary>What was named does not exist.</summary>
    NotFound,

    /// <summary>No capacity, here and now; another place may have it.</summary>
    Capacity,

    /// <summary>A limit of the account is reached: someone must raise it, or other things must end.</summary>
    Quota,

    /// <summary>The credentials are refused, or a permission is missing.</summary>
    Auth,
}
