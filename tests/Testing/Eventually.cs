using System.Runtime.CompilerServices;

namespace ImageOperator.Testing;

/// <summary>Awaits a condition with a deadline that only a fault reaches.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static Task HoldsAsync(Func<bool> condition, TimeSpan within, Func<string>? state = null, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        HoldsAsync(() => Task.FromResult(condition()), within, state, what);

    public static async Task HoldsAsync(Func<Task<bool>> condition, TimeSpan within, Func<string>? state = null, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition().ConfigureAwait(false))
        {
            if (TimeProvider.System.GetElapsedTime(started) > within) throw new TimeoutException($"not within {within}: {what}{(state is null ? "" : $"; {state()}")}");
            await Task.Delay(Pause, TimeProvider.System).ConfigureAwait(false);
        }
    }
}
