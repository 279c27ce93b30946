using System.Globalization;
using System.Text;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Aws.Machines;

/// <summary>What cloud-init reads at the machine's first boot: the host key that the builder trusts, the user, and the machine's own end.</summary>
internal static class UserData
{
    /// <summary>EC2 takes no more, before base64.</summary>
    public const int MaxBytes = 16384;

    public static string Write(MachineCredentials credentials, DateTimeOffset end)
    {
        var text = new StringBuilder();
        text.Append("#cloud-config\n");
        text.Append("ssh_deletekeys: true\n");
        text.Append("ssh_keys:\n");
        text.Append("  ed25519_private: |\n");
        foreach (var line in credentials.HostPrivateKey.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')) text.Append("    ").Append(line).Append('\n');
        text.Append("  ed25519_public: \"").Append(credentials.HostPublicKey.Trim()).Append("\"\n");
        text.Append("users:\n");
        text.Append("  - default\n");
        text.Append("  - name: ").Append(credentials.User).Append('\n');
        text.Append("    sudo: \"ALL=(ALL) NOPASSWD:ALL\"\n");
        text.Append("    lock_passwd: true\n");
        text.Append("    ssh_authorized_keys:\n");
        text.Append("      - \"").Append(credentials.PublicKey.Trim()).Append("\"\n");
        // Run at each boot: a reboot does not end the count. Nothing of it is on the disk, and machines of the image have user data of their own.
        text.Append("bootcmd:\n");
        text.Append("  - [sh, -c, '").Append(EndAt(end)).Append("']\n");
        return text.ToString();
    }

    public static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// Has the machine end itself at a time, or at once if that has passed. It must not wait for the timer to start: systemd starts none before the
    /// early boot is over, and that waits for cloud-init.
    /// </summary>
    private static string EndAt(DateTimeOffset end) => string.Create(
        CultureInfo.InvariantCulture,
        $"left=$(({end.ToUnixTimeSeconds()} - $(date +%s))); [ $left -gt 0 ] || left=1; "
        + $"systemd-run --no-block --on-active=${{left}}s --unit=imageoperator-deadline /sbin/shutdown -P now || (nohup sh -c \"sleep $left; /sbin/shutdown -P now\" > /dev/null 2>&1 &)");
}
