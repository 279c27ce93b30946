using System.Text;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Azure.Machines;

/// <summary>What cloud-init reads at the machine's first boot: the host key that the builder trusts, and a user whom Azure would not make.</summary>
internal static class CustomData
{
    /// <summary>Whom Azure makes where the template's user has a name that it refuses.</summary>
    public const string FallbackUser = "imagebuilder";

    /// <summary>Is there where the template's user was made for the build: generalization takes both away.</summary>
    public const string MadeMark = "/var/lib/imageoperator-login";

    private static readonly HashSet<string> Refused = new(StringComparer.OrdinalIgnoreCase)
    {
        "administrator", "admin", "user", "user1", "test", "user2", "test1", "user3", "admin1", "1", "123", "a", "actuser", "adm", "admin2", "aspnet", "backup", "console", "david", "guest",
        "john", "owner", "root", "server", "sql", "support", "support_388945a0", "sys", "test2", "test3", "user4", "user5",
    };

    /// <summary>The user whom Azure makes, and its agent removes again.</summary>
    public static string AdminOf(MachineCredentials credentials) => Refused.Contains(credentials.User) ? FallbackUser : credentials.User;

    public static string Encoded(MachineCredentials credentials) => Convert.ToBase64String(Encoding.UTF8.GetBytes(Write(credentials)));

    private static string Write(MachineCredentials credentials)
    {
        var text = new StringBuilder();
        text.Append("#cloud-config\n");
        text.Append("ssh_deletekeys: true\n");
        text.Append("ssh_keys:\n");
        text.Append("  ed25519_private: |\n");
        foreach (var line in credentials.HostPrivateKey.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')) text.Append("    ").Append(line).Append('\n');
        text.Append("  ed25519_public: \"").Append(credentials.HostPublicKey.Trim()).Append("\"\n");
        if (AdminOf(credentials) == credentials.User) return text.ToString();
        // Before users are made.
        text.Append("bootcmd:\n");
        text.Append("  - \"id ").Append(credentials.User).Append(" > /dev/null 2>&1 || touch ").Append(MadeMark).Append("\"\n");
        text.Append("disable_root: false\n");
        text.Append("users:\n");
        text.Append("  - default\n");
        text.Append("  - name: ").Append(credentials.User).Append('\n');
        text.Append("    sudo: \"ALL=(ALL) NOPASSWD:ALL\"\n");
        text.Append("    lock_passwd: true\n");
        text.Append("    ssh_authorized_keys:\n");
        text.Append("      - \"").Append(credentials.PublicKey.Trim()).Append("\"\n");
        return text.ToString();
    }
}
