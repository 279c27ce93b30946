using ImageOperator.Api.Conditions;
using ImageOperator.Downloads;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Qemu.Processes;

namespace ImageOperator.Platforms.Qemu.Machines;

/// <summary>Makes failures of what QEMU says when it cannot start.</summary>
internal static class QemuFailures
{
    public static bool IsPortClash(string complaint) => complaint.Contains("Could not set up host forwarding rule", StringComparison.Ordinal);

    public static PlatformException NotStarted(ProcessOutcome outcome, string folder)
    {
        var complaint = outcome.Complaint;
        if (DiskSpace.SaysFull(complaint)) return DiskSpace.Full(folder, "starting the machine");
        return new PlatformException(
            FailureKind.Terminal, Reasons.MachineFailed, $"qemu ended with exit code {outcome.ExitCode} before the machine ran: {complaint}", Hint(complaint, outcome.ExitCode));
    }

    public static string? Hint(string complaint, int exitCode)
    {
        if (Says(complaint, "kvm")) return "KVM does not work here: set accelerator: TCG, or Auto to have it probed";
        if (Says(complaint, "allocate memory") || Says(complaint, "cannot set up guest memory")) return "set a smaller memory, or give the builder more";
        if (Says(complaint, "unable to find CPU model")) return "set cpu to a model that `qemu-system-x86_64 -cpu help` lists, or remove it";
        if (exitCode is 137 or 9) return "something killed qemu, most often for its memory: the builder needs the machine's memory and some 300 MiB more";
        return null;
    }

    private static bool Says(string complaint, string part) => complaint.Contains(part, StringComparison.OrdinalIgnoreCase);
}
