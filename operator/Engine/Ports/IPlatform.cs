using System.Text.Json;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Engine.Ports;

/// <summary>
/// A place where machines are made and captured, bound to one target of one build. Every method may be called again after
/// a crash at any point of an earlier call, by another process. Failures are <see cref="Failures.PlatformException"/>s.
/// </summary>
public interface IPlatform : IAsyncDisposable
{
    /// <summary>What there is to be found on the platform for a look-up of its own kind, before <c>select</c>. Makes nothing.</summary>
    /// <param name="lookup">The look-up, its expressions expanded.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    Task<JsonElement> LookUpAsync(Lookup lookup, CancellationToken cancellationToken) =>
        throw new PlatformException(FailureKind.Terminal, Reasons.LookupFailed, $"lookups[{lookup.Name}]: the target's platform looks nothing up");

    /// <summary>
    /// Finds out which source image a build would start from, without fetching it; its digest (else its ID) is one of the build's
    /// inputs. Makes nothing.
    /// </summary>
    Task<SourceImage> IdentifySourceAsync(CancellationToken cancellationToken) => ResolveSourceAsync(cancellationToken);

    /// <summary>Whether an image that an earlier build of the same target reported is still there, and still the same. Makes nothing.</summary>
    Task<bool> ArtifactExistsAsync(Artifact artifact, CancellationToken cancellationToken);

    /// <summary>Finds (and, where it is a file, fetches and verifies) the source image.</summary>
    Task<SourceImage> ResolveSourceAsync(CancellationToken cancellationToken);

    /// <summary>Makes and starts a machine. Writes an intent to the ledger before each thing that it makes.</summary>
    Task<IMachine> CreateMachineAsync(MachineRequest request, CancellationToken cancellationToken);

    /// <summary>Powers the machine off in good order and makes an image of its disk. The image is kept from its ledger entry on.</summary>
    Task<CapturedImage> CaptureAsync(IMachine machine, CancellationToken cancellationToken);

    /// <summary>
    /// The image that an earlier attempt captured, already kept (distributed) or not; one still being made is waited for.
    /// Null if there is none to go on with.
    /// </summary>
    Task<CapturedImage?> ResumeCaptureAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Whether the platform goes on with distribution by itself: then the build's timeout does not end the wait for it. Where this process does the work, it is
    /// bounded as all its work is.
    /// </summary>
    bool DistributesByItself => false;

    /// <summary>Puts the image where the target wants it and makes it permanent in the ledger. Doing it again changes nothing.</summary>
    Task<IReadOnlyList<Artifact>> DistributeAsync(CapturedImage image, CancellationToken cancellationToken);

    /// <summary>The captured image as a file; null where images are none.</summary>
    DiskFile? FileOf(CapturedImage image) => null;

    /// <summary>Writes the captured image to a file in another format; only where it is a file itself.</summary>
    /// <param name="image">The image.</param>
    /// <param name="format">The format.</param>
    /// <param name="compress">Compress within the format.</param>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task ConvertAsync(CapturedImage image, DiskFormat format, bool compress, string path, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>
    /// Removes what a ledger entry speaks of, a kept result included when its build did not succeed. That it does not exist
    /// (any more) is success.
    /// </summary>
    Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken);

    /// <summary>What bears this build's and target's mark but has no ledger entry, as entries that <see cref="RemoveAsync"/> takes.</summary>
    Task<IReadOnlyList<LedgerEntry>> FindStraysAsync(CancellationToken cancellationToken);
}
