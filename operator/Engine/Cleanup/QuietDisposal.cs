using ImageOperator.Engine.Events;

namespace ImageOperator.Engine.Cleanup;

/// <summary>Disposes of something so that a failure of it is told, but never stands in place of what happened before.</summary>
internal sealed class QuietDisposal(IAsyncDisposable? inner, string what, IBuildObserver observer) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        if (inner is null) return;
        try
        {
            await inner.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"closing {what}: {e.Message}"));
        }
    }
}
