namespace ImageOperator.Platforms.Qemu;

/// <summary>Where QEMU stands on this machine. The defaults fit the builder's image and common distributions.</summary>
public sealed record QemuOptions
{
    /// <summary>The emulator, a path or a name on PATH.</summary>
    public string Emulator { get; init; } = "qemu-system-x86_64";

    /// <summary>The image tool, a path or a name on PATH.</summary>
    public string ImageTool { get; init; } = "qemu-img";

    /// <summary>Where to look for UEFI firmware, in this order.</summary>
    public IReadOnlyList<FirmwareFiles> Firmware { get; init; } =
    [
        new("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"),
        new("/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"),
        new("/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"),
        new("/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd"),
        new("/usr/share/edk2-ovmf/x64/OVMF_CODE.fd", "/usr/share/edk2-ovmf/x64/OVMF_VARS.fd"),
    ];
}

/// <summary>A UEFI firmware: its code, and the template of its variables.</summary>
/// <param name="Code">The code, used read-only.</param>
/// <param name="Variables">The variables, of which each machine gets a copy.</param>
public sealed record FirmwareFiles(string Code, string Variables);
