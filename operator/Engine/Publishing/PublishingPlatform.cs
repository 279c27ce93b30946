using System.Text.Json;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Publishing;

/// <summary>A platform beside which images are published: what the ledger and earlier results say of either goes to whom it belongs.</summary>
internal sealed class PublishingPlatform(IPlatform inner, IPublication? publication) : IPlatform
{
    /// <summary>Null for a target that publishes nothing.</summary>
    public IPublication? Publication => publication;

    public Task<JsonElement> LookUpAsync(Lookup lookup, CancellationToken cancellationToken) => inner.LookUpAsync(lookup, cancellationToken);

    public Task<SourceImage> IdentifySourceAsync(CancellationToken cancellationToken) => inner.IdentifySourceAsync(cancellationToken);

    public Task<bool> ArtifactExistsAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        if (artifact.Published is null) return inner.ArtifactExistsAsync(artifact, cancellationToken);
        return publication is null ? Task.FromResult(false) : publication.ExistsAsync(artifact, cancellationToken);
    }

    public Task<SourceImage> ResolveSourceAsync(CancellationToken cancellationToken) => inner.ResolveSourceAsync(cancellationToken);

    public Task<IMachine> CreateMachineAsync(MachineRequest request, CancellationToken cancellationToken) => inner.CreateMachineAsync(request, cancellationToken);

    public Task<CapturedImage> CaptureAsync(IMachine machine, CancellationToken cancellationToken) => inner.CaptureAsync(machine, cancellationToken);

    public Task<CapturedImage?> ResumeCaptureAsync(CancellationToken cancellationToken) => inner.ResumeCaptureAsync(cancellationToken);

    public bool DistributesByItself => inner.DistributesByItself;

    public Task<IReadOnlyList<Artifact>> DistributeAsync(CapturedImage image, CancellationToken cancellationToken) => inner.DistributeAsync(image, cancellationToken);

    public DiskFile? FileOf(CapturedImage image) => inner.FileOf(image);

    public Task ConvertAsync(CapturedImage image, DiskFormat format, bool compress, string path, CancellationToken cancellationToken) =>
        inner.ConvertAsync(image, format, compress, path, cancellationToken);

    public Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        if (!PublishedResource.Is(entry)) return inner.RemoveAsync(entry, cancellationToken);
        return publication?.RemoveAsync(entry, cancellationToken)
            ?? throw new PlatformException(FailureKind.Terminal, Reasons.InternalError, $"the ledger's entry {entry.Key} is of a publication, but the target publishes nothing");
    }

    public Task<IReadOnlyList<LedgerEntry>> FindStraysAsync(CancellationToken cancellationToken) => inner.FindStraysAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (publication is not null) await publication.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            await inner.DisposeAsync().ConfigureAwait(false);
        }
    }
}
