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

    /// <summary>Whether sudo asks for a password.</summary>
    public bool SudoAsks { get; init; }

    protected override (string Program, string[] Arguments) Command => (_program, ["-D", "-e", "-f", Path.Combine(Folder, "sshd_config")]);

    protected override Task PrepareAsync()
    {
        Directory.CreateDirectory("/run/sshd");
        // Stands in for sudo, which the build machines lack: we are root already.
        var sudo = Write("sudo", SudoAsks
            ? "#!/bin/sh\necho 'sudo: a password is required' >&2\nexit 1\n"
            : "#!/bin/sh\n[ \"$1\" = -n ] || exit 9\nshift\n[ \"$1\" != -u ] || shift 2\nexec \"$@\"\n");
        File.SetUnixFileMode(sudo, (UnixFileMode)0b111_101_101);
        var hostKey = Write("host_key", HostKey ?? Credentials.HostPrivateKey);
        var accepted = Write("authorized_keys", (AcceptedKey ?? Credentials.PublicKey) + "\n");
        Write("sshd_config", $"""
            {extra}
            SetEnv PATH={Folder}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
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
