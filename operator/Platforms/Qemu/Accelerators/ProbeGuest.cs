namespace ImageOperator.Platforms.Qemu.Accelerators;

/// <summary>
/// The smallest guest that shows whether an accelerator works: SeaBIOS, then a boot sector that loops over a port and ends
/// QEMU with a known exit code. Measured where KVM is broken: emulation 0.15 to 0.5 s, KVM more than 25 s.
/// </summary>
internal static class ProbeGuest
{
    /// <summary>isa-debug-exit makes (value * 2 + 1) of the value that the guest writes, here 42.</summary>
    public const int ExitCode = 85;

    private const int Rounds = 200_000;

    /// <summary>The boot sector.</summary>
    public static byte[] BootSector()
    {
        var sector = new byte[512];
        byte[] code =
        [
            0xFA, // cli
            0x66, 0xB9, .. BitConverter.GetBytes(Rounds), // mov ecx, Rounds
            0xE6, 0x80, // again: out 0x80, al
            0x66, 0x49, // dec ecx
            0x75, 0xFA, // jnz again
            0xB0, 0x2A, // mov al, 42
            0xE6, 0xF4, // out 0xf4, al
            0xF4, 0xEB, 0xFD, // hlt, for ever
        ];
        code.CopyTo(sector, 0);
        sector[510] = 0x55;
        sector[511] = 0xAA;
        return sector;
    }

    /// <summary>QEMU's arguments to run it.</summary>
    public static IReadOnlyList<string> Arguments(string accelerator, string cpu, string bootSector) =>
    [
        "-no-user-config", "-nodefaults", "-display", "none", "-machine", "q35", "-m", "64M", "-accel", accelerator, "-cpu", cpu,
        "-device", "isa-debug-exit,iobase=0xf4,iosize=1",
        "-drive", $"file={bootSector.Replace(",", ",,", StringComparison.Ordinal)},format=raw,if=floppy,readonly=on",
    ];
}
