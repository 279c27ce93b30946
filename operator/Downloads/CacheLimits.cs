namespace ImageOperator.Downloads;

/// <summary>How much of a cache is kept.</summary>
/// <param name="MaxBytes">Most bytes; null for no limit. What is in use counts, and stays.</param>
/// <param name="MaxAge">How long an entry is kept after its last use; null for ever.</param>
public sealed record CacheLimits(long? MaxBytes, TimeSpan? MaxAge)
{
    public bool AreSet => MaxBytes is not null || MaxAge is not null;
}
