using ImageOperator.Api.ImageBuilds;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing;

/// <summary>One place to publish to. Every method may be called again after a crash at any point of an earlier call.</summary>
internal interface IDestination : IAsyncDisposable
{
    /// <summary>The destination's field: <c>s3</c>.</summary>
    string Kind { get; }

    Place Place { get; }

    /// <summary>Brings the files there, where possible unseen.</summary>
    Task UploadAsync(IReadOnlyList<PublishFile> files, CancellationToken cancellationToken);

    /// <summary>Makes them visible, and looks at them.</summary>
    Task<IReadOnlyList<Artifact>> ReleaseAsync(CancellationToken cancellationToken);

    Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken);

    Task<bool> ExistsAsync(Artifact artifact, CancellationToken cancellationToken);
}
