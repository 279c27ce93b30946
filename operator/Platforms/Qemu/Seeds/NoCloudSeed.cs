using System.Text;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Qemu.Seeds;

/// <summary>Makes the disk that tells a guest its user and keys, in cloud-init's NoCloud form.</summary>
internal static class NoCloudSeed
{
    public static byte[] Create(MachineCredentials credentials, string instanceId, string hostName) =>
        Iso9660Writer.Write("cidata", new Dictionary<string, byte[]>
        {
            ["user-data"] = Encoding.UTF8.GetBytes(UserData(credentials)),
            ["meta-data"] = Encoding.UTF8.GetBytes($"instance-id: {instanceId}\nlocal-hostname: {hostName}\n"),
        });

    /// <summary>Only the subset of YAML that the small guests of the tests read, too.</summary>
    public static string UserData(MachineCredentials credentials)
    {
        var text = new StringBuilder();
        text.Append("#cloud-config\n");
        text.Append("ssh_deletekeys: true\n");
        text.Append("ssh_genkeytypes: []\n");
        text.Append("ssh_keys:\n");
        text.Append("  ed25519_private: |\n");
        foreach (var line in credentials.HostPrivateKey.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')) text.Append("    ").Append(line).Append('\n');
        text.Append("  ed25519_public: \"").Append(credentials.HostPublicKey.Trim()).Append("\"\n");
        text.Append("users:\n");
        text.Append("  - name: ").Append(credentials.User).Append('\n');
        text.Append("    sudo: \"ALL=(ALL) NOPASSWD:ALL\"\n");
        text.Append("    shell: /bin/sh\n");
        text.Append("    lock_passwd: true\n");
        text.Append("    ssh_authorized_keys:\n");
        text.Append("      - \"").Append(credentials.PublicKey.Trim()).Append("\"\n");
        return text.ToString();
    }
}
