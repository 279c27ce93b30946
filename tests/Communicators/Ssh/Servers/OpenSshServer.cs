using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Tests.Servers;

/// <summary>OpenSSH's sshd.</summary>
public sealed class OpenSshServer(MachineCredentials credentials, string extra = "") : SshServer(credentials)
{
    private readonly string _program = Tools.Require("sshd", "openssh-server");

    /// <summary>The host key that it shows, if not that of the credentials.</summary>
    public string? HostKey { get; init; }

    /// <summary>The key that it accepts, if not that of the credentials.</summary>
    public string? AcceptedKey { get; init; }

    protected override (string Program, string[] Arguments) Command => (_program, ["-D", "-e", "-f", Path.Combine(Folder, "sshd_config")]);

    protected override Task PrepareAsync()
    {
        Directory.CreateDirectory("/run/sshd");
        var hostKey = Write("host_key", HostKey ?? Credentials.HostPrivateKey);
        var accepted = Write("authorized_keys", (AcceptedKey ?? Credentials.PublicKey) + "\n");
        Write("sshd_config", $"""
            {extra}
            ListenAddress 127.0.0.1
            Port {Port}
            HostKey {hostKey}
            AuthorizedKeysFile {accepted}
            PidFile none
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PasswordAuthentication no
            MaxStartups 100
            Subsystem sftp internal-sftp

            """);
        return Task.CompletedTask;
    }
}
