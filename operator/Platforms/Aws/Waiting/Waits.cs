using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Tracing;

namespace ImageOperator.Platforms.Aws.Waiting;

/// <summary>How long things usually take at AWS.</summary>
internal static class Waits
{
    public static AdaptiveWait InstanceStart { get; } = new("instance start", TimeSpan.FromSeconds(12));

    public static AdaptiveWait InstanceStop { get; } = new("instance stop", TimeSpan.FromSeconds(25));

    public static AdaptiveWait InstanceEnd { get; } = new("instance end", TimeSpan.FromSeconds(40));

    public static AdaptiveWait Password { get; } = new("password", TimeSpan.FromMinutes(4));

    public static AdaptiveWait Snapshot { get; } = new("snapshot", TimeSpan.FromSeconds(80));

    public static AdaptiveWait Image { get; } = new("image", TimeSpan.FromSeconds(100));

    /// <summary>Looks until there is an answer, together with those who wait for other things of the kind.</summary>
    public static Task<TAnswer> PollAsync<T, TAnswer>(this AdaptiveWait wait, SharedLook<T> look, Awaited<T, TAnswer> awaited, TimeProvider time, CancellationToken cancellationToken)
        where T : class
        where TAnswer : class =>
        Work.WaitAsync(wait.What, () => look.WaitAsync(awaited, elapsed => wait.Jittered(elapsed), time, cancellationToken));
}
