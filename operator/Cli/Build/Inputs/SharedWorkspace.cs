using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Cli.Build.Inputs;

/// <summary>One folder for all targets: the first one that comes fetches, the others wait for it.</summary>
internal sealed class SharedWorkspace(IWorkspace inner) : IWorkspace, IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private IReadOnlyList<WorkspaceStatus>? _prepared;

    public async Task<IReadOnlyList<WorkspaceStatus>> PrepareAsync(IBuildObserver observer, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _prepared ??= await inner.PrepareAsync(observer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
