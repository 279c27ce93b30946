using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tracing;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing;

/// <summary>All entries of a target, one after the other: they share the builder's network.</summary>
internal sealed class Publication(PublicationContext context, IReadOnlyList<IDestination> destinations) : IPublication
{
    private readonly Preparation _preparation = new(context);

    public async Task UploadAsync(PublishableImage image, CancellationToken cancellationToken)
    {
        foreach (var destination in destinations)
        {
            var files = await _preparation.PrepareAsync(destination.Place, image, cancellationToken).ConfigureAwait(false);
            await Work.CallAsync(destination.Kind, "upload", async () =>
            {
                await destination.UploadAsync(files, cancellationToken).ConfigureAwait(false);
                return true;
            }, waiting: true).ConfigureAwait(false);
        }
    }

    public async Task<IReadOnlyList<Artifact>> ReleaseAsync(CancellationToken cancellationToken)
    {
        var artifacts = new List<Artifact>();
        foreach (var destination in destinations)
        {
            var released = await Work.CallAsync(destination.Kind, "release", () => destination.ReleaseAsync(cancellationToken), waiting: true).ConfigureAwait(false);
            foreach (var artifact in released) destination.Place.Say($"published {artifact.Id} ({artifact.Checksum})");
            artifacts.AddRange(released);
        }

        _preparation.Delete();
        return artifacts;
    }

    public Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken) => Place.IndexOf(entry.Key) is { } index && index < destinations.Count
        ? destinations[index].RemoveAsync(entry, cancellationToken)
        : throw new PlatformException(FailureKind.Terminal, Reasons.InternalError, $"the ledger's entry {entry.Key} is of no entry of publish");

    public async Task<bool> ExistsAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        foreach (var destination in destinations.Where(d => d.Kind == artifact.Published))
        {
            if (await destination.ExistsAsync(artifact, cancellationToken).ConfigureAwait(false)) return true;
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var destination in destinations) await destination.DisposeAsync().ConfigureAwait(false);
        _preparation.Delete();
    }
}
