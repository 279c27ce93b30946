namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>How a call goes wrong.</summary>
internal enum ArmFaultKind
{
    /// <summary>Throttled: without effect.</summary>
    Throttle,

    /// <summary>Throttled, for many minutes.</summary>
    ThrottleLong,

    /// <summary>An error of the server: without effect.</summary>
    ServerError,

    /// <summary>The connection breaks before the call had its effect.</summary>
    NoConnection,

    /// <summary>The call has its effect, and the answer is lost, as at a timeout.</summary>
    LostAnswer,

    /// <summary>Accepted; the operation then finds no capacity.</summary>
    Allocation,

    /// <summary>As above, in a zone.</summary>
    ZonalAllocation,

    /// <summary>Refused at once: the size is not offered there.</summary>
    SkuNotAvailable,

    /// <summary>A quota is reached.</summary>
    Quota,

    /// <summary>The token has expired.</summary>
    Expired,

    /// <summary>No role allows the action.</summary>
    Denied,

    /// <summary>The subscription is not known to the credentials' directory: another one's, or moved.</summary>
    NoSubscription,

    /// <summary>Something between the builder and Azure finds no such page.</summary>
    ForeignNotFound,

    /// <summary>Accepted; the operation fails.</summary>
    Fails,
}

/// <summary>What goes wrong, at which call.</summary>
/// <param name="Action">The action, as in roles.</param>
/// <param name="First">The first call of that action that goes wrong, from 1.</param>
/// <param name="Times">How many in a row do.</param>
/// <param name="Kind">How.</param>
internal sealed record ArmFault(string Action, int First, int Times, ArmFaultKind Kind)
{
    private int _hits;

    /// <summary>How many calls it has hit.</summary>
    public int HitCount => Volatile.Read(ref _hits);

    public bool Hits(string action, int number)
    {
        if (action != Action || number < First) return false;
        // Calls that are refused begin no operation: it hits those that do.
        if (OfOperation is not null) return HitCount < Times;
        var hits = number < (long)First + Times;
        if (hits) Interlocked.Increment(ref _hits);
        return hits;
    }

    /// <summary>An operation that it hits has begun.</summary>
    public void Begin()
    {
        if (OfOperation is not null) Interlocked.Increment(ref _hits);
    }

    /// <summary>What the operation ends with; null if it is the call itself that goes wrong.</summary>
    public (string Code, string Message)? OfOperation => Kind switch
    {
        ArmFaultKind.Allocation => ("AllocationFailed", "Allocation failed. We do not have sufficient capacity for the requested VM size in this region."),
        ArmFaultKind.ZonalAllocation => ("ZonalAllocationFailed", "Allocation failed. We do not have sufficient capacity for the requested VM size in this zone."),
        ArmFaultKind.Fails => ("InternalExecutionError", "An internal execution error occurred."),
        _ => null,
    };

    public ArmAnswer? Answer => Kind switch
    {
        ArmFaultKind.Throttle => ArmAnswer.Error(429, "TooManyRequests", "The request is being throttled.", ("Retry-After", "4")),
        ArmFaultKind.ThrottleLong => ArmAnswer.Error(429, "TooManyRequests", "The request is being throttled.", ("Retry-After", "540")),
        ArmFaultKind.ServerError => ArmAnswer.Error(500, "InternalServerError", "Encountered internal server error."),
        ArmFaultKind.SkuNotAvailable => ArmAnswer.Error(409, "SkuNotAvailable", "The requested VM size is currently not available in location."),
        ArmFaultKind.Quota => ArmAnswer.Error(409, "OperationNotAllowed", "Operation could not be completed as it results in exceeding approved standardDSv5Family Cores quota."),
        ArmFaultKind.Expired => ArmAnswer.Error(401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time."),
        ArmFaultKind.Denied => ArmAnswer.Error(403, "AuthorizationFailed", $"The client does not have authorization to perform action '{Action}' or the scope is invalid."),
        ArmFaultKind.NoSubscription => ArmAnswer.Error(404, "SubscriptionNotFound", "The subscription could not be found."),
        ArmFaultKind.ForeignNotFound => new(404, null),
        _ => null,
    };
}
