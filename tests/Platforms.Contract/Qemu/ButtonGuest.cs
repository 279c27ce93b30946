namespace ImageOperator.Platforms.Contract.Tests.Qemu;

/// <summary>The smallest guest that can be captured: a boot sector that says "up" on the console, and powers off when the power button is pressed.</summary>
internal static class ButtonGuest
{
    /// <summary>What it says.</summary>
    public const string Sign = "up";

    // ICH9's power management, where SeaBIOS puts it.
    private const byte Status = 0x00, Enable = 0x02, Control = 0x04;

    /// <summary>A disk of one megabyte, raw.</summary>
    public static byte[] Disk()
    {
        var disk = new byte[1 << 20];
        byte[] code =
        [
            0xBA, Enable, 0x06, 0xB8, 0x00, 0x01, 0xEF, // the button shall be heard: out 0x602, 0x100
            0xBA, 0xF8, 0x03, .. Sign.SelectMany(c => new byte[] { 0xB0, (byte)c, 0xEE }), // out 0x3f8, c
            0xBA, Status, 0x06, // mov dx, 0x600
            0xFB, 0xF4, // again: sti, hlt: the timer wakes it
            0xED, 0xF6, 0xC4, 0x01, // in ax, dx; test ah, 1
            0x74, 0xF8, // jz again
            0xBA, Control, 0x06, 0xB8, 0x00, 0x20, 0xEF, // out 0x604, 0x2000: off
            0xEB, 0xFE, // for ever
        ];
        code.CopyTo(disk, 0);
        (disk[510], disk[511]) = (0x55, 0xAA);
        return disk;
    }
}
