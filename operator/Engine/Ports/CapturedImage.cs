using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Engine.Ports;

/// <summary>An image made of a machine's disk, not yet published.</summary>
/// <param name="LedgerKey">The ledger entry that keeps it.</param>
/// <param name="Id">The platform's ID, or the file's path.</param>
/// <param name="Digest">The content's checksum where it is a file.</param>
public sealed record CapturedImage(string LedgerKey, string Id, string? Digest)
{
    /// <summary>The types of ledger entries that speak of what its distribution makes or changes elsewhere: they stay for the next attempt.</summary>
    public IReadOnlyList<string> ChangesTypes { get; init; } = [];

    /// <summary>Whether a ledger entry is of no use without this image, and of use with it: the image's own, uploads of it, and what is changed for it.</summary>
    public bool Needs(LedgerEntry entry) => entry?.Key == LedgerKey || PublishedResource.Is(entry!) || ChangesTypes.Contains(entry!.Type);
}
