using ImageOperator.Engine.Steps;

namespace ImageOperator.Engine.Builds;

/// <summary>
/// The build's timeout. While an image is in the making it cancels nothing: what the platform has begun is worth more than the time. When it passes
/// meanwhile, it is lifted for what is left to do with the image.
/// </summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly Lock _lock = new();
    private readonly Action _passedMeanwhile;
    private readonly ITimer _timer;
    private bool _held;
    private bool _passed;

    /// <param name="left">How long it is from now.</param>
    /// <param name="held">An earlier attempt has begun to make an image.</param>
    /// <param name="time">The clock.</param>
    /// <param name="passedMeanwhile">Tells that it has passed while an image was in the making.</param>
    public Deadline(TimeSpan left, bool held, TimeProvider time, Action passedMeanwhile)
    {
        (_held, _passedMeanwhile) = (held, passedMeanwhile);
        _timer = time.CreateTimer(_ => Pass(), null, Limits.Clamp(left), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Is cancelled when the time has passed.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>An image is in the making from now on.</summary>
    public void Hold()
    {
        lock (_lock) _held = true;
    }

    /// <summary>No image is in the making any more.</summary>
    /// <param name="captured">Whether there is one now.</param>
    public void Release(bool captured)
    {
        bool late;
        lock (_lock)
        {
            if (_passed && captured) return;
            (_held, late) = (false, _passed);
        }

        if (late) Cancel();
    }

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }

    private void Pass()
    {
        bool held;
        lock (_lock) (_passed, held) = (true, _held);
        if (held) _passedMeanwhile();
        else Cancel();
    }

    private void Cancel()
    {
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The build ended at the same time.
        }
    }
}
