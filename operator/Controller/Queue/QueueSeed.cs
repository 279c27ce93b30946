using ImageOperator.Api.ImageBuilds;
using ImageOperator.Runtime.Client;

namespace ImageOperator.Controller.Queue;

/// <summary>Reads all builds from the server once in a leader's term. Without limits there is nothing to give away, and nothing to read.</summary>
internal sealed class QueueSeed(IClient client, QueueLimits limits, string watchNamespace) : IDisposable
{
    private const int PageSize = 200;
    private readonly SemaphoreSlim reading = new(1, 1);
    private volatile bool read;

    public bool IsDone => read || !limits.Any;

    /// <summary>Another process may have led since.</summary>
    public void Reset() => read = false;

    public async Task RunAsync(Action<ImageBuild> take, CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (read) return;
            await foreach (var build in client.ListAsync<ImageBuild>(new() { Namespace = watchNamespace, Limit = PageSize }, cancellationToken).ConfigureAwait(false)) take(build);
            read = true;
        }
        finally
        {
            reading.Release();
        }
    }

    public void Dispose() => reading.Dispose();
}
