namespace ImageOperator.Engine.Steps;

/// <summary>What timers can take.</summary>
internal static class Limits
{
    /// <summary>Timers end at 49 days; the API allows years.</summary>
    public static readonly TimeSpan LongestTimer = TimeSpan.FromDays(48);

    public static TimeSpan Clamp(TimeSpan time) => time > LongestTimer ? LongestTimer : time > TimeSpan.Zero ? time : TimeSpan.Zero;
}
