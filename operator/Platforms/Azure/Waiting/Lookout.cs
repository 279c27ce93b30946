using ImageOperator.Engine.Failures;

namespace ImageOperator.Platforms.Azure.Waiting;

/// <summary>
/// Looks at what Azure goes on with by itself. What it makes is worth more than the looks: that nobody can see it for a while is no reason to give it up.
/// </summary>
internal sealed class Lookout(TimeProvider time)
{
    /// <summary>How long Azure may not answer.</summary>
    private static readonly TimeSpan WithoutAnswer = TimeSpan.FromHours(24);

    /// <summary>How long credentials that were good may be refused: someone renews them.</summary>
    private static readonly TimeSpan WithoutAccess = TimeSpan.FromHours(1);

    private long _seenAt = time.GetTimestamp();
    private bool _hasSeen;

    /// <summary>Looks once.</summary>
    /// <returns>Null if nothing could be seen this time.</returns>
    public async Task<T?> LookAsync<T>(Func<Task<T>> look) where T : class
    {
        try
        {
            var seen = await look().ConfigureAwait(false);
            (_seenAt, _hasSeen) = (time.GetTimestamp(), true);
            return seen;
        }
        catch (PlatformException e) when (MayPass(e))
        {
            return null;
        }
    }

    private bool MayPass(PlatformException e)
    {
        var blind = time.GetElapsedTime(_seenAt);
        return e.Kind switch
        {
            FailureKind.Retryable => blind < WithoutAnswer,
            // Whoever was never let in is not let in later.
            FailureKind.Auth => _hasSeen && blind < WithoutAccess,
            _ => false,
        };
    }
}
