using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Downloads;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Qemu.Capture;
using ImageOperator.Platforms.Qemu.Machines;
using ImageOperator.Platforms.Qemu.Processes;

namespace ImageOperator.Platforms.Qemu.Sweep;

/// <summary>Removes machines and staged images. Anything may be missing already.</summary>
internal sealed class ResourceRemover(PlatformContext context, QemuTarget target)
{
    private const int Kill = 9;
    private static readonly TimeSpan KillTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public async Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            switch (entry.Type)
            {
                case ResourceTypes.Machine:
                    await RemoveMachineAsync(entry, cancellationToken).ConfigureAwait(false);
                    break;
                case ResourceTypes.Image:
                    // Published, but the build was stopped before it could say so: nobody would know of it.
                    var place = OutputPlace.Of(context.Identity, target.Output, context.Volumes);
                    if (entry.Properties?.GetValueOrDefault(Properties.Mark) is { Length: > 0 } mark) place.DeletePublished(mark);
                    place.DeleteStaged();
                    break;
                default:
                    throw new PlatformException(FailureKind.Terminal, Reasons.InternalError, $"the ledger's entry {entry.Key} is of the type {entry.Type}, which QEMU does not make");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlatformException(FailureKind.Retryable, Reasons.MachineFailed, $"cannot remove {entry.Key} ({entry.Id}): {e.Message}", inner: e);
        }
    }

    private async Task RemoveMachineAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var folder = MachineFolder.Of(context.Identity, context.Folders, entry.Key.Split('/')[0]);
        // By its name on the command line, which carries the build's UID: a process ID alone may be another's by now.
        var start = context.Time.GetTimestamp();
        IReadOnlyList<int> processes;
        while ((processes = ProcessTable.FindByArguments("-name", folder.MachineName)).Count > 0)
        {
            if (context.Time.GetElapsedTime(start) > KillTime)
            {
                throw new PlatformException(FailureKind.Retryable, Reasons.MachineFailed, $"process {processes[0]} of {folder.MachineName} does not die");
            }

            foreach (var process in processes) _ = Posix.Kill(process, Kill);
            await Task.Delay(Interval, context.Time, cancellationToken).ConfigureAwait(false);
        }

        folder.Delete();
    }
}
