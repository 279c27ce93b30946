using ImageOperator.Platforms.Qemu.Accelerators;

namespace ImageOperator.Platforms.Qemu.Machines;

/// <summary>
/// Decides when a guest is worth a connection. An early one costs: while the guest has no address its packets are lost and
/// their retransmission backs off; and under emulation each one takes time from the boot.
/// </summary>
internal sealed record ReachabilityWait(TimeSpan Cap, TimeSpan Quiet)
{
    /// <summary>Below the cap there is no use in connecting before the network driver is up, which QEMU reports.</summary>
    public static ReachabilityWait For(AcceleratorKind kind) => kind == AcceleratorKind.Kvm
        ? new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(1))
        : new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(2));

    /// <summary>How long to wait from now without a sign; zero: connect now.</summary>
    /// <param name="sinceStart">Since the wait began.</param>
    /// <param name="sinceNetwork">Since the guest's network driver came up; null while it is not.</param>
    /// <param name="quiet">Since the console's last output.</param>
    public TimeSpan Remaining(TimeSpan sinceStart, TimeSpan? sinceNetwork, TimeSpan quiet)
    {
        var remaining = Cap - sinceStart;
        if (sinceNetwork is { } up)
        {
            var settled = Quiet - (quiet < up ? quiet : up);
            if (settled < remaining) remaining = settled;
        }

        return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
    }
}
