using System.Text.Json;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Downloads;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Qemu.Processes;

namespace ImageOperator.Platforms.Qemu.Accelerators;

/// <summary>Chooses the accelerator. A probe's result is remembered in the cache folder for this boot of the node and this emulator.</summary>
internal sealed class AcceleratorChoice(QemuOptions options, TimeProvider time, string cache, string device = "/dev/kvm")
{
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(3);

    public async Task<Accelerator> ChooseAsync(QemuAccelerator wanted, CancellationToken cancellationToken)
    {
        switch (wanted)
        {
            case QemuAccelerator.Tcg:
                return new(AcceleratorKind.Tcg, "the target asks for it");
            case QemuAccelerator.Kvm when DeviceProblem() is { } problem:
                throw new PlatformException(
                    FailureKind.Terminal, Reasons.MachineFailed, $"the target asks for KVM, but {problem}",
                    "run the build where /dev/kvm is, or set accelerator: Auto or TCG");
            case QemuAccelerator.Kvm:
                return new(AcceleratorKind.Kvm, "the target asks for it");
        }

        if (DeviceProblem() is { } missing) return new(AcceleratorKind.Tcg, missing);
        var node = $"{ProcessTable.BootId} {EmulatorStamp()}";
        var file = Path.Combine(cache, "accelerator.json");
        if (await RecallAsync(file, node, cancellationToken).ConfigureAwait(false) is { } known) return known;
        var choice = await ProbeAsync(cancellationToken).ConfigureAwait(false);
        await RememberAsync(file, new Memory(node, choice.Kind, choice.Why), cancellationToken).ConfigureAwait(false);
        return choice;
    }

    /// <summary>Judges how the probe's guest ended.</summary>
    public static Accelerator Judge(ProcessOutcome? outcome) => outcome switch
    {
        null => new(AcceleratorKind.Tcg, $"/dev/kvm is there, but a guest made no progress with it in {ProbeTime.TotalSeconds:0} s"),
        { ExitCode: ProbeGuest.ExitCode } => new(AcceleratorKind.Kvm, "a probe showed that /dev/kvm works"),
        _ => new(AcceleratorKind.Tcg, $"/dev/kvm is there, but qemu failed with it: {FirstLine(outcome.Complaint)}"),
    };

    private async Task<Accelerator> ProbeAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(cache);
        var sector = Path.Combine(cache, $"probe-{Guid.NewGuid():n}.img");
        await File.WriteAllBytesAsync(sector, ProbeGuest.BootSector(), cancellationToken).ConfigureAwait(false);
        try
        {
            using var limit = new CancellationTokenSource(ProbeTime, time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            ProcessOutcome? outcome = null;
            try
            {
                outcome = await ProcessRunner.RunAsync(options.Emulator, ProbeGuest.Arguments("kvm", "host", sector), output: null, linked.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Too slow: judged below.
            }

            return Judge(outcome);
        }
        finally
        {
            File.Delete(sector);
        }
    }

    private string? DeviceProblem()
    {
        if (!File.Exists(device)) return $"there is no {device}";
        try
        {
            using var opened = File.OpenHandle(device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{device} cannot be opened: {e.Message}";
        }
    }

    // The emulator's file stands for its version: asking for it would cost a process.
    private string EmulatorStamp()
    {
        var path = options.Emulator.Contains('/', StringComparison.Ordinal) ? options.Emulator : $"/usr/bin/{options.Emulator}";
        return Posix.Stamp(path) is { } stamp ? $"{stamp.Path} {stamp.Size} {stamp.ModifiedNs}" : options.Emulator;
    }

    private static async Task<Accelerator?> RecallAsync(string file, string node, CancellationToken cancellationToken)
    {
        try
        {
            var memory = JsonSerializer.Deserialize<Memory>(await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false));
            return memory is not null && memory.Node == node ? new(memory.Kind, memory.Why) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static async Task RememberAsync(string file, Memory memory, CancellationToken cancellationToken)
    {
        try
        {
            await AtomicFile.WriteAsync(file, JsonSerializer.SerializeToUtf8Bytes(memory), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not remembered: the next build probes again.
        }
    }

    // An assertion's line says more than the warnings before it, but any line is better than none.
    private static string FirstLine(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var line = lines.FirstOrDefault(l => l.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? lines.FirstOrDefault() ?? "no message";
        return line.Length > 200 ? line[..200] + "…" : line;
    }

    internal sealed record Memory(string Node, AcceleratorKind Kind, string Why);
}
