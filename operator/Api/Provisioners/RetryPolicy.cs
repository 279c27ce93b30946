using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Provisioners;

/// <summary>How often, and after which waits, a failed step is tried again.</summary>
public sealed record RetryPolicy
{
    /// <summary>How many further tries there are after the first.</summary>
    [Bounds(Min = 0, Max = 20)]
    public required int Limit { get; init; }

    /// <summary>The wait before the first further try; doubled for each one after, up to five minutes.</summary>
    public Duration Backoff { get; init; } = Duration.FromSeconds(5);
}
