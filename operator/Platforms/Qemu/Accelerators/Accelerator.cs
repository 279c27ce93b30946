namespace ImageOperator.Platforms.Qemu.Accelerators;

/// <summary>How instructions are run, and why so.</summary>
internal sealed record Accelerator(AcceleratorKind Kind, string Why)
{
    public override string ToString() => $"{(Kind == AcceleratorKind.Kvm ? "KVM" : "TCG")}: {Why}";
}

/// <summary>QEMU's accelerators, as far as we use them.</summary>
internal enum AcceleratorKind
{
    /// <summary>Emulation.</summary>
    Tcg,

    /// <summary>Hardware virtualization.</summary>
    Kvm,
}
