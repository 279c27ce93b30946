using ImageOperator.Engine.Failures;

namespace ImageOperator.Publishing;

/// <summary>Calls again what may succeed later.</summary>
internal sealed class Retries(TimeProvider time, Action<string> say)
{
    private const int Tries = 6;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    public async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await work().ConfigureAwait(false);
            }
            catch (PlatformException e) when (e.Kind == FailureKind.Retryable && tries < Tries && !cancellationToken.IsCancellationRequested)
            {
                var pause = TimeSpan.FromSeconds(Math.Min(1 << (tries - 1), LongestPause.TotalSeconds));
                say($"{e.Message}; again in {pause.TotalSeconds:0} s");
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
