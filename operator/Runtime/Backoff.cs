namespace ImageOperator.Runtime;

/// <summary>Doubling pauses up to a cap.</summary>
internal readonly record struct Backoff(TimeSpan Base, TimeSpan Cap)
{
    /// <summary>The pause after this many failures (from 1).</summary>
    public TimeSpan After(int failures)
    {
        var ticks = Base.Ticks * Math.Pow(2, Math.Max(0, failures - 1));
        return ticks >= Cap.Ticks ? Cap : TimeSpan.FromTicks((long)ticks);
    }

    /// <summary>The same, spread over its upper half, so that many clients do not come back at once.</summary>
    public TimeSpan WithJitter(int failures) => After(failures) * (0.5 + (Random.Shared.NextDouble() / 2));
}
