using System.Text.RegularExpressions;

namespace ImageOperator.Platforms.Qemu.Machines;

/// <summary>What guests print on their console when they can be reached, or are about to be.</summary>
internal static partial class ReadySigns
{
    public static bool IsSign(string line) => Sign().IsMatch(line);

    [GeneratedRegex(
        @"^READY\b|(^|\s)login: ?$|Cloud-init v\. \S+ finished at|Started (ssh\.service|sshd\.service|OpenBSD Secure Shell server|OpenSSH server daemon|OpenSSH Daemon)|Starting (dropbear|sshd)\b",
        RegexOptions.CultureInvariant)]
    private static partial Regex Sign();
}
