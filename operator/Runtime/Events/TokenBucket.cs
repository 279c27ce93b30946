namespace ImageOperator.Runtime.Events;

/// <summary>A burst, then one token each so often.</summary>
internal sealed class TokenBucket(TimeProvider time, int burst, TimeSpan refill)
{
    private double tokens = burst;
    private long at = time.GetTimestamp();

    public bool IsFull => Level() >= burst;

    public bool TryTake()
    {
        tokens = Level();
        at = time.GetTimestamp();
        if (tokens < 1)
        {
            return false;
        }

        tokens--;
        return true;
    }

    private double Level() => Math.Min(burst, tokens + (time.GetElapsedTime(at) / refill));
}
