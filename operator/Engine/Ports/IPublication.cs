using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Engine.Events;

namespace ImageOperator.Engine.Ports;

/// <summary>
/// Puts the disk image of one target to the places that its <c>publish</c> names. Every method may be called again after a crash at any point of
/// an earlier call, by another process. Failures are <see cref="Failures.PlatformException"/>s that name the entry's field.
/// </summary>
public interface IPublication : IAsyncDisposable
{
    /// <summary>Uploads to all places, from where an earlier attempt ended. Where the protocol allows it nobody sees anything yet.</summary>
    /// <param name="image">The image, captured and tested.</param>
    /// <param name="cancellationToken">Stops it; what is uploaded stays for a later attempt.</param>
    Task UploadAsync(PublishableImage image, CancellationToken cancellationToken);

    /// <summary>Makes visible what was uploaded, looks whether it is what was sent, and keeps it in the ledger.</summary>
    /// <returns>What stands where now.</returns>
    Task<IReadOnlyList<Artifact>> ReleaseAsync(CancellationToken cancellationToken);

    /// <summary>Removes what a ledger entry of the type <see cref="PublishedResource"/> speaks of: an open upload, or what was published. That it is gone already is success.</summary>
    Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken);

    /// <summary>Whether what an earlier build published is still there, and still the same.</summary>
    Task<bool> ExistsAsync(Artifact artifact, CancellationToken cancellationToken);
}

/// <summary>Makes publications.</summary>
public interface IPublicationFactory
{
    /// <summary>Binds one to a target. No side effects.</summary>
    IPublication Create(PublicationContext context);
}

/// <summary>What a publication works with.</summary>
public sealed record PublicationContext
{
    /// <summary>Which build, target and attempt.</summary>
    public required BuildIdentity Identity { get; init; }

    /// <summary>The target, with every <c>$(…)</c> expanded and validated again.</summary>
    public required Target Target { get; init; }

    /// <summary>When the first attempt began: the time in manifests, the same in each attempt.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>Where an intent is written before something is made.</summary>
    public required ILedger Ledger { get; init; }

    /// <summary>The build's folders.</summary>
    public required BuildFolders Folders { get; init; }

    /// <summary>Who is told what goes on.</summary>
    public required IBuildObserver Observer { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }
}

/// <summary>An image to publish.</summary>
/// <param name="Disk">The image.</param>
/// <param name="Digest">Its checksum, as <c>sha256:…</c>.</param>
/// <param name="Source">What it was made from.</param>
/// <param name="InputsDigest">The digest of the build's inputs.</param>
/// <param name="ConvertAsync">Writes the image in another format, or compressed within it, to a path.</param>
public sealed record PublishableImage(
    DiskFile Disk, string? Digest, SourceImage? Source, string? InputsDigest, Func<DiskFormat, bool, string, CancellationToken, Task> ConvertAsync);

/// <summary>The types of ledger entries that a publication removes.</summary>
public static class PublishedResource
{
    /// <summary>What the types begin with.</summary>
    public const string Prefix = "publish/";

    /// <summary>Whether an entry is a publication's.</summary>
    public static bool Is(LedgerEntry entry) => entry?.Type.StartsWith(Prefix, StringComparison.Ordinal) == true;
}
