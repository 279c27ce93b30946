namespace ImageOperator.Platforms.Contract.Tests.Suite;

/// <summary>How a call goes wrong.</summary>
internal enum FaultKind
{
    /// <summary>Throttled: without effect.</summary>
    Throttle,

    /// <summary>An error of the server: without effect.</summary>
    ServerError,

    /// <summary>The connection breaks before the call had its effect.</summary>
    NoConnection,

    /// <summary>The call has its effect, and the answer is lost, as at a timeout.</summary>
    LostAnswer,

    /// <summary>No capacity.</summary>
    Capacity,

    /// <summary>A quota is reached.</summary>
    Quota,

    /// <summary>The credentials have expired.</summary>
    Expired,

    /// <summary>The policy does not allow the call.</summary>
    Denied,
}

/// <summary>What goes wrong, at which call.</summary>
/// <param name="Action">The call.</param>
/// <param name="First">The first call of that action that goes wrong, from 1.</param>
/// <param name="Times">How many in a row do.</param>
/// <param name="Kind">How.</param>
internal sealed record Fault(string Action, int First, int Times, FaultKind Kind)
{
    public bool Hits(string action, int number) => action == Action && number >= First && number < First + Times;
}
