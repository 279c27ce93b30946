using System.Globalization;
using System.Text;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Downloads;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Qemu.Machines;

namespace ImageOperator.Platforms.Qemu.Capture;

/// <summary>Gives the staged image its name: one rename on the same volume, so readers see the old image or the new one.</summary>
internal sealed class ImageDistribution(PlatformContext context, QemuTarget target)
{
    private static readonly TimeSpan FinishBudget = TimeSpan.FromSeconds(30);

    public async Task<IReadOnlyList<Artifact>> DistributeAsync(CapturedImage image, CancellationToken cancellationToken)
    {
        var place = OutputPlace.Of(context.Identity, target.Output, context.Volumes);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (File.Exists(place.StagedPath)) File.Move(place.StagedPath, place.FinalPath, overwrite: true);
            else if (!File.Exists(place.FinalPath)) throw Failed($"the captured image {place.StagedPath} is gone");
            // The image is out: a wish to stop that comes now is too late, and would leave it without its checksum and note.
            using var finish = new CancellationTokenSource(FinishBudget, context.Time);
            if (image.Digest is { } digest) await WriteChecksumAsync(place, digest, finish.Token).ConfigureAwait(false);
            Posix.SyncDirectory(place.Folder);
            await context.Ledger.KeepAsync(image.LedgerKey, place.Id, finish.Token).ConfigureAwait(false);
            place.DeleteStaged();
        }
        catch (IOException e) when (DiskSpace.IsFull(e))
        {
            throw DiskSpace.Full(place.Folder, $"publishing the image {place.Id}", inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed($"cannot publish {place.FinalPath}: {e.Message}", e);
        }

        return [Describe(place, image)];
    }

    private Artifact Describe(OutputPlace place, CapturedImage image)
    {
        var known = context.Ledger.Find(image.LedgerKey)?.Properties;
        return new Artifact
        {
            Target = context.Identity.Target,
            Type = OutputPlace.Extension(target.Output.Format),
            Id = place.Id,
            SizeBytes = new FileInfo(place.FinalPath).Length,
            VirtualSizeBytes = long.TryParse(known?.GetValueOrDefault(Properties.VirtualSize), CultureInfo.InvariantCulture, out var bytes) ? bytes : null,
            Checksum = image.Digest,
        };
    }

    // In the form that sha256sum --check reads.
    private static Task WriteChecksumAsync(OutputPlace place, string digest, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(
            place.ChecksumPath, Encoding.UTF8.GetBytes($"{digest[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..]}  {place.FileName}\n"), cancellationToken);

    private static PlatformException Failed(string message, Exception? inner = null) => new(FailureKind.Terminal, Reasons.DistributionFailed, message, inner: inner);
}
