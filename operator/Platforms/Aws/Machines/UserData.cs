using System.Globalization;
using System.Text;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Aws.Machines;

/// <summary>What cloud-init reads at the machine's first boot: the host key that the builder trusts, the user, and the machine's own end.</summary>
internal static class UserData
{
    /// <summary>EC2 takes no more, before base64.</summary>
    public const int MaxBytes = 16384;

    public static string Write(MachineCredentials credentials, TimeSpan lifetime)
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
        // Nothing of it is on the disk: the image does not inherit it.
        var seconds = ((long)lifetime.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        text.Append("runcmd:\n");
        text.Append("  - [sh, -c, \"systemd-run --on-active=").Append(seconds).Append("s --unit=imageoperator-deadline /sbin/shutdown -P now || (nohup sh -c 'sleep ")
            .Append(seconds).Append("; /sbin/shutdown -P now' > /dev/null 2>&1 &)\"]\n");
        return text.ToString();
    }

    public static string Encoded(MachineCredentials credentials, TimeSpan lifetime) => Convert.ToBase64String(Encoding.UTF8.GetBytes(Write(credentials, lifetime)));
}
