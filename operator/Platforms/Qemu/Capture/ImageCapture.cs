using System.Globalization;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Downloads;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tracing;
using ImageOperator.Platforms.Qemu.Machines;

namespace ImageOperator.Platforms.Qemu.Capture;

/// <summary>Makes the staged image of a machine's disk, and finds it again after a crash.</summary>
internal sealed class ImageCapture(PlatformContext context, QemuTarget target, ImageConverter converter)
{
    private OutputPlace Place => OutputPlace.Of(context.Identity, target.Output, context.Volumes);

    public async Task<CapturedImage> CaptureAsync(QemuMachine machine, CancellationToken cancellationToken)
    {
        var place = Place;
        // Written while the guest switches off: the intent costs no time.
        var intent = context.Ledger.IntendAsync(
            new ResourceIntent(ResourceTypes.ImageKey, ResourceTypes.Image, place.StagedPath, new Dictionary<string, string>
            {
                [Properties.Staged] = place.StagedPath,
                [Properties.Final] = place.FinalPath,
                [Properties.Format] = OutputPlace.Extension(target.Output.Format),
                [Properties.VirtualSize] = machine.DiskBytes.ToString(CultureInfo.InvariantCulture),
            }),
            cancellationToken);
        var off = Work.WaitAsync("power-off", async () =>
        {
            await new PowerOff(context.Time).RunAsync(machine, target.ShutdownTimeout.Value, cancellationToken).ConfigureAwait(false);
            return true;
        });
        await Task.WhenAll(intent, off).ConfigureAwait(false);
        try
        {
            return await StageAsync(machine, place, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e) when (DiskSpace.IsFull(e))
        {
            throw DiskSpace.Full(place.Folder, $"writing the image {place.Id}", inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlatformException(
                FailureKind.Terminal, Reasons.CaptureFailed, $"cannot write the image in {place.Folder}: {e.Message}", "check that the builder may write to the output", e);
        }
    }

    public async Task<CapturedImage?> ResumeAsync(CancellationToken cancellationToken)
    {
        if (context.Ledger.Find(ResourceTypes.ImageKey) is not { State: LedgerState.Created, Properties: { } known } entry) return null;
        var (staged, final) = (known.GetValueOrDefault(Properties.Staged), known.GetValueOrDefault(Properties.Final));
        var (checksum, size) = (known.GetValueOrDefault(Properties.Checksum), known.GetValueOrDefault(Properties.Size));
        if (staged is null || final is null || checksum is null || !long.TryParse(size, CultureInfo.InvariantCulture, out var length)) return null;
        if (Posix.Stamp(staged)?.Size == length) return new CapturedImage(entry.Key, staged, checksum);

        // Killed between the rename and its note in the ledger.
        if (Posix.Stamp(final)?.Size != length) return null;
        var found = await Checksum.OfFileAsync(final, cancellationToken).ConfigureAwait(false);
        return found.ToString() == checksum ? new CapturedImage(entry.Key, final, checksum) : null;
    }

    private async Task<CapturedImage> StageAsync(QemuMachine machine, OutputPlace place, CancellationToken cancellationToken)
    {
        place.DeleteStaged();
        Directory.CreateDirectory(place.StagingFolder);
        await converter.ConvertAsync(
            place.Id, machine.Folder.DiskPath, place.StagedPath, target.Output.Format, target.Output.Compress,
            fraction => context.Observer.Observe(new BuildEvent.Progress("writing the image", fraction)), cancellationToken).ConfigureAwait(false);
        var sync = Task.Run(() => AtomicFile.Sync(place.StagedPath), cancellationToken);
        var checksum = await Checksum.OfFileAsync(place.StagedPath, cancellationToken).ConfigureAwait(false);
        await sync.ConfigureAwait(false);
        var size = new FileInfo(place.StagedPath).Length;
        await context.Ledger.ConfirmAsync(ResourceTypes.ImageKey, place.StagedPath, new Dictionary<string, string>
        {
            [Properties.Checksum] = checksum.ToString(),
            [Properties.Size] = size.ToString(CultureInfo.InvariantCulture),
            [Properties.Mark] = OutputPlace.MarkOf(place.StagedPath) ?? "",
        }, cancellationToken).ConfigureAwait(false);
        return new CapturedImage(ResourceTypes.ImageKey, place.StagedPath, checksum.ToString());
    }
}
