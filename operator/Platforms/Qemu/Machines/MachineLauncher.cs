using System.Globalization;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Downloads;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Qemu.Accelerators;
using ImageOperator.Platforms.Qemu.Processes;
using ImageOperator.Platforms.Qemu.Seeds;
using ImageOperator.Platforms.Qemu.Sources;

namespace ImageOperator.Platforms.Qemu.Machines;

/// <summary>Makes a machine's folder and starts QEMU in it.</summary>
internal sealed class MachineLauncher(PlatformContext context, QemuTarget target, QemuOptions options)
{
    private const int PortTries = 3;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(10);

    /// <summary>Starts a machine on an overlay over a base that is never written.</summary>
    public async Task<QemuMachine> LaunchAsync(MachineRequest request, DiskImage disk, Accelerator accelerator, CancellationToken cancellationToken)
    {
        var folder = MachineFolder.Of(context.Identity, context.Folders, request.Purpose);
        var size = DiskSize(request.Purpose, disk);
        var firmware = target.Firmware == QemuFirmware.Uefi ? FindFirmware() : null;
        await context.Ledger.IntendAsync(
            new ResourceIntent(folder.LedgerKey, ResourceTypes.Machine, folder.Path, new Dictionary<string, string>
            {
                [Properties.Name] = folder.MachineName,
                [Properties.BootId] = ProcessTable.BootId,
            }, Environment.MachineName),
            cancellationToken).ConfigureAwait(false);
        try
        {
            return await StartAsync(request, disk, accelerator, folder, size, firmware, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e) when (DiskSpace.IsFull(e))
        {
            throw DiskSpace.Full(folder.Path, "making the machine", inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlatformException(FailureKind.Terminal, Reasons.MachineFailed, $"cannot make the machine in {folder.Path}: {e.Message}", inner: e);
        }
    }

    private async Task<QemuMachine> StartAsync(
        MachineRequest request, DiskImage disk, Accelerator accelerator, MachineFolder folder, long size, FirmwareFiles? firmware, CancellationToken cancellationToken)
    {
        KillLeftovers(folder);
        folder.Create();
        var overlay = CreateOverlayAsync(folder, disk, size, cancellationToken);
        await WriteSeedAsync(folder, request, cancellationToken).ConfigureAwait(false);
        if (firmware is not null) File.Copy(firmware.Variables, Path.Combine(folder.Path, MachineFolder.Variables));
        await overlay.ConfigureAwait(false);
        var plan = new MachinePlan
        {
            Name = folder.MachineName,
            MachineType = target.MachineType ?? QemuMachineType.Q35,
            Accelerator = accelerator,
            Cpu = target.Cpu,
            Cpus = target.Cpus,
            MemoryBytes = target.Memory.Bytes,
            FirmwareCode = firmware?.Code,
            HostPort = FreePort.Find(),
            GuestPort = context.Communicator.Ssh?.Port ?? 22,
            ShutdownCommand = target.ShutdownCommand,
        };
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await SpawnAsync(plan, folder, size, cancellationToken).ConfigureAwait(false);
            }
            catch (PortClashException) when (tries < PortTries)
            {
                plan = plan with { HostPort = FreePort.Find() };
            }
        }
    }

    private async Task<QemuMachine> SpawnAsync(MachinePlan plan, MachineFolder folder, long size, CancellationToken cancellationToken)
    {
        File.Delete(Path.Combine(folder.Path, MachineFolder.Control));
        File.Delete(Path.Combine(folder.Path, MachineFolder.Serial));
        var sockets = MachineSockets.Listen(folder);
        QemuMachine machine;
        try
        {
            var process = ProcessRunner.Start(options.Emulator, QemuCommandLine.Write(plan), folder.Path);
            _ = ProcessRunner.ReadAsync(process.StandardOutput, null);
            machine = new QemuMachine(process, ProcessRunner.ReadAsync(process.StandardError, null), sockets, plan, folder, size, context.Time);
        }
        catch
        {
            sockets.Dispose();
            throw;
        }

        try
        {
            await AttachOrExplainAsync(machine, folder, cancellationToken).ConfigureAwait(false);
            await context.Ledger.ConfirmAsync(folder.LedgerKey, folder.Path, new Dictionary<string, string>
            {
                [Properties.ProcessId] = machine.ProcessId.ToString(CultureInfo.InvariantCulture),
                [Properties.StartTime] = (ProcessTable.StartTime(machine.ProcessId) ?? 0).ToString(CultureInfo.InvariantCulture),
                [Properties.Control] = Path.Combine(folder.Path, MachineFolder.Control),
            }, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await machine.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"machine {plan.Name} runs, {plan.Accelerator}"));
        return machine;
    }

    private async Task AttachOrExplainAsync(QemuMachine machine, MachineFolder folder, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var attaching = machine.AttachAsync(stop.Token);
        await Task.WhenAny(attaching, machine.Exited).ConfigureAwait(false);
        // A QEMU that gives up closes its control socket a moment before it ends: its last words say why.
        if (attaching.IsFaulted) await Task.WhenAny(machine.Exited, Task.Delay(LastWords, context.Time, cancellationToken)).ConfigureAwait(false);
        if (!machine.Exited.IsCompleted)
        {
            await attaching.ConfigureAwait(false);
            return;
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await attaching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var outcome = await machine.Exited.ConfigureAwait(false);
        throw QemuFailures.IsPortClash(outcome.Complaint) ? new PortClashException(outcome.Complaint) : QemuFailures.NotStarted(outcome, folder.Path);
    }

    // A machine of the same name is an earlier attempt's of this build: nobody else uses its disk.
    private static void KillLeftovers(MachineFolder folder)
    {
        foreach (var process in ProcessTable.FindByArguments("-name", folder.MachineName)) _ = Posix.Kill(process, 9);
    }

    private async Task CreateOverlayAsync(MachineFolder folder, DiskImage disk, long size, CancellationToken cancellationToken)
    {
        List<string> arguments = ["create", "-q", "-f", "qcow2", "-F", disk.Format, "-b", Path.GetFullPath(disk.Path), folder.DiskPath];
        if (size != disk.VirtualBytes) arguments.Add(size.ToString(CultureInfo.InvariantCulture));
        var outcome = await ProcessRunner.RunAsync(options.ImageTool, arguments, output: null, cancellationToken).ConfigureAwait(false);
        if (outcome.ExitCode == 0) return;
        if (DiskSpace.SaysFull(outcome.Complaint)) throw DiskSpace.Full(folder.Path, "making the machine's disk");
        throw new PlatformException(FailureKind.Terminal, Reasons.MachineFailed, $"cannot make the machine's disk over {disk.Path}: {outcome.Complaint}");
    }

    private async Task WriteSeedAsync(MachineFolder folder, MachineRequest request, CancellationToken cancellationToken)
    {
        var instance = $"iid-{folder.Key}-{folder.Purpose}-{context.Identity.Attempt}-{Guid.NewGuid().ToString("n")[..8]}";
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        var stream = new FileStream(Path.Combine(folder.Path, MachineFolder.Seed), options);
        await using (stream.ConfigureAwait(false))
        {
            await stream.WriteAsync(NoCloudSeed.Create(request.Credentials, instance, context.Identity.Target), cancellationToken).ConfigureAwait(false);
        }
    }

    private long DiskSize(MachinePurpose purpose, DiskImage disk)
    {
        if (purpose == MachinePurpose.Test || target.Disk?.Size is not { } wanted) return disk.VirtualBytes;
        if (wanted.Bytes < disk.VirtualBytes)
        {
            throw new PlatformException(
                FailureKind.Terminal, Reasons.MachineFailed,
                $"qemu.disk.size is {wanted}, but the source image's disk has {DiskSpace.Text(disk.VirtualBytes)}: a disk cannot shrink",
                $"set qemu.disk.size to at least {new Api.Common.Quantity(disk.VirtualBytes)}, or remove it");
        }

        return (wanted.Bytes + 511) / 512 * 512;
    }

    private FirmwareFiles FindFirmware() =>
        options.Firmware.FirstOrDefault(f => File.Exists(f.Code) && File.Exists(f.Variables)) ?? throw new PlatformException(
            FailureKind.Terminal, Reasons.MachineFailed, $"firmware UEFI: there is no {string.Join(", no ", options.Firmware.Select(f => f.Code))}",
            "install the package ovmf (Debian, Ubuntu) or edk2-ovmf (Fedora, Arch) where the build runs, or set firmware: BIOS");

    private sealed class PortClashException(string message) : Exception(message);
}
