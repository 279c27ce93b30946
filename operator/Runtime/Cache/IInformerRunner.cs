using ImageOperator.Runtime.Client;

namespace ImageOperator.Runtime.Cache;

/// <summary>What the host needs of an informer, whatever its kind.</summary>
internal interface IInformerRunner
{
    ResourceKind Kind { get; }

    /// <summary>Null when in touch with the server, else what is wrong.</summary>
    string? Problem { get; }

    bool HasSynced { get; }

    Task RunAsync(CancellationToken cancellationToken);

    Task WaitForSyncAsync(CancellationToken cancellationToken);
}
