using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Qemu.Machines;
using ImageOperator.Platforms.Qemu.Qmp;

namespace ImageOperator.Platforms.Qemu.Capture;

/// <summary>Switches a guest off in good order: an image of a disk in use is worse than none.</summary>
internal sealed class PowerOff(TimeProvider time)
{
    // Guests lose a press while they boot, and take further ones calmly.
    private static readonly TimeSpan PressInterval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan QuitTime = TimeSpan.FromSeconds(60);

    /// <summary>Returns when the guest is off and QEMU has written and closed its disk.</summary>
    public async Task RunAsync(QemuMachine machine, TimeSpan limit, CancellationToken cancellationToken)
    {
        await AskGuestAsync(machine, limit, cancellationToken).ConfigureAwait(false);
        await TryExecuteAsync(machine, "quit", cancellationToken).ConfigureAwait(false);
        try
        {
            var outcome = await machine.Exited.WaitAsync(QuitTime, time, cancellationToken).ConfigureAwait(false);
            if (outcome.ExitCode != 0) throw Failed($"qemu ended with exit code {outcome.ExitCode} while it closed the disk: {outcome.Complaint}", null);
        }
        catch (TimeoutException)
        {
            throw Failed($"qemu did not close the disk within {QuitTime.TotalSeconds:0} s", null);
        }
    }

    private async Task AskGuestAsync(QemuMachine machine, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (!machine.PoweredOff.IsCompleted)
        {
            if (machine.Ended.IsCompleted)
            {
                // The two complete one after the other when the guest switches off.
                var how = await machine.Ended.ConfigureAwait(false);
                if (machine.PoweredOff.IsCompleted) return;
                throw Failed($"the machine did not power off in good order: {how}", null);
            }

            var left = limit - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                await TryExecuteAsync(machine, "quit", cancellationToken).ConfigureAwait(false);
                throw Failed(
                    $"the guest did not power off within {limit.TotalSeconds:0} s",
                    "install acpid or systemd-logind in the image so that it heeds the power button, set shutdownCommand, or raise shutdownTimeout");
            }

            await TryExecuteAsync(machine, "system_powerdown", cancellationToken).ConfigureAwait(false);
            try
            {
                await Task.WhenAny(machine.PoweredOff, machine.Ended).WaitAsync(left < PressInterval ? left : PressInterval, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Press again.
            }
        }
    }

    private static async Task TryExecuteAsync(QemuMachine machine, string command, CancellationToken cancellationToken)
    {
        try
        {
            await machine.Control.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
        }
        catch (QmpException)
        {
            // The session ends when QEMU does: the machine says how.
        }
    }

    private static PlatformException Failed(string message, string? hint) => new(FailureKind.Terminal, Reasons.CaptureFailed, message, hint);
}
