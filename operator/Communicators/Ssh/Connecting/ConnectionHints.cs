using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Communicators.Ssh.Connecting;

/// <summary>What to look at, per reason.</summary>
internal static class ConnectionHints
{
    /// <param name="reason">Why there is no session.</param>
    /// <param name="user">The user of the login that failed.</param>
    /// <param name="hop">The host on the way that failed, <c>bastions[0]</c>; null for the machine.</param>
    public static string For(ConnectionReason reason, string user, string? hop = null) => hop is null ? OfMachine(reason, user) : OfHop(reason, user, hop);

    private static string OfMachine(ConnectionReason reason, string user) => reason switch
    {
        ConnectionReason.MachineEnded => "look at the end of the serial console: the machine panicked, was powered off, or its process was killed",
        ConnectionReason.NameUnknown => "does the name exist, and does the builder's DNS know it? Through a bastion the bastion's DNS counts, through a proxy the proxy's",
        ConnectionReason.NoRoute =>
            "the builder's network knows no way to the machine's address: place the builder in the machine's network (podTemplate of the platform), give the machine a public address, or set communicator.ssh.bastions or .proxy",
        ConnectionReason.NoAnswer =>
            "packets to the machine are dropped or it is not up: look at the serial console whether the guest booted and its network came up, then at security groups and firewalls (inbound TCP on communicator.ssh.port, from the builder); raise communicator.ssh.timeout if the guest only needs longer",
        ConnectionReason.Refused or ConnectionReason.ClosedAtOnce =>
            "the guest's network is up but nothing listens on the port: is an SSH server installed and enabled, and is communicator.ssh.port its port?",
        ConnectionReason.OtherService => "what answers on the port is no SSH server: check communicator.ssh.port",
        ConnectionReason.NoGreeting =>
            "the port is open but the SSH server does not speak: an overloaded guest, or name look-ups (UseDNS); look at the serial console, and raise communicator.ssh.timeout if the guest only needs longer",
        ConnectionReason.NoCommonAlgorithm or ConnectionReason.KeyExchangeBroken =>
            "the SSH server must offer curve25519-sha256 or ecdh-sha2-nistp256, and chacha20-poly1305, AES-GCM or AES-CTR: see KexAlgorithms and Ciphers in its sshd_config",
        ConnectionReason.WrongHostKey or ConnectionReason.NoHostKey =>
            "the machine did not take the host key from its seed (is cloud-init installed, and was the image cleaned with `cloud-init clean`?), or another machine answers at this address; an image that keeps its own host key needs communicator.ssh.hostKeys",
        ConnectionReason.LoginRefused =>
            $"the machine did not take the key for user {user} from its seed (is cloud-init installed?), or sshd does not let {user} in: see PubkeyAuthentication, PasswordAuthentication, AllowUsers and PermitRootLogin in its sshd_config, and whether the account is locked (`passwd -S {user}`)",
        ConnectionReason.AccountClosed =>
            $"the key was accepted and {user} still not let in: the account is expired (`chage -l {user}`), /etc/nologin exists, or PAM's account rules refuse",
        ConnectionReason.CertificateExpired => "have the certificate signed anew, long enough for the whole build (ssh-keygen -s CA -V +4h), and check the clocks",
        ConnectionReason.KeyUnusable => "the Secret must hold a private key in OpenSSH's or PEM form, its passphrase, and a certificate made for this key: check with ssh-keygen -y and ssh-keygen -L",
        ConnectionReason.AgentOffline => "the platform's agent must be in the image, may need a permission to report, and needs a way to the platform",
        ConnectionReason.TunnelDenied => "see the permissions that the platform's documentation names for its tunnel",
        ConnectionReason.TunnelFailed => "the platform's tunnel service and the agent in the machine may tell more in their logs",
        ConnectionReason.CommandsDenied => "is the login restricted to SFTP, or by ForceCommand? MaxSessions in sshd_config must be 2 at least",
        ConnectionReason.PeerSilent => "the guest hangs, has crashed, or its network is gone: look at the serial console",
        ConnectionReason.GuestRebooted => "a step made the guest boot anew: use a reboot step, which waits for it, or look at the serial console for a crash",
        ConnectionReason.RebootLoop => "the guest boots again and again: look at the serial console for a panic or a failing unit that reboots",
        ConnectionReason.RebootFailed => "look at the serial console: the guest did not go down, or hangs in its boot; raise the step's timeout if it only needs longer",
        ConnectionReason.ShellExits => $"the login shell of {user} must run commands: not nologin, no menu, no exit in its start files, no expired password, no ForceCommand (`getent passwd {user}`)",
        ConnectionReason.SudoAsks => $"the image's sudoers needs a NOPASSWD rule for {user}, or log in as root",
        ConnectionReason.DiskFull => "give the machine a larger disk, or free space in the source image",
        ConnectionReason.ClockWrong => "packages and TLS fail with a wrong clock: has the guest a time service (chrony, systemd-timesyncd) that reaches its servers?",
        ConnectionReason.CloudInitFailed => "see /var/log/cloud-init.log and /var/log/cloud-init-output.log; set communicator.ssh.cloudInit.onError: Continue to build on all the same",
        ConnectionReason.CloudInitTimeout => "see `cloud-init status --long` and /var/log/cloud-init-output.log for what it waits for; raise communicator.ssh.cloudInit.timeout if it only needs longer",
        _ => "the machine crashed, rebooted or lost its network while it was used: look at the serial console",
    };

    private static string OfHop(ConnectionReason reason, string user, string hop)
    {
        var field = $"communicator.ssh.{hop}";
        return reason switch
        {
            ConnectionReason.NameUnknown => $"check {field}.host, and the builder's DNS",
            ConnectionReason.NoRoute or ConnectionReason.NoAnswer => $"check {field}.host and .port, and whether firewalls and network policies let the builder reach it",
            ConnectionReason.Refused or ConnectionReason.ClosedAtOnce or ConnectionReason.OtherService or ConnectionReason.NoGreeting => $"check {field}.port, and whether the server there runs",
            ConnectionReason.WrongHostKey or ConnectionReason.NoHostKey => $"put the server's host key into {field}.hostKeys once you have verified it (ssh-keyscan, ssh-keygen -lf): or another machine answers in its place",
            ConnectionReason.LoginRefused or ConnectionReason.AccountClosed => $"check the user {user} and the key or password of {field}, and the server's AllowUsers and authorized_keys",
            ConnectionReason.CertificateExpired => $"have the certificate of {field} signed anew",
            ConnectionReason.KeyUnusable => $"check the Secrets of {field}: a private key in OpenSSH's or PEM form, its passphrase, a certificate made for it",
            ConnectionReason.ForwardingDenied => $"the sshd of {field} must allow it: AllowTcpForwarding yes (or local), PermitOpen, and permit-port-forwarding of the key",
            ConnectionReason.ProxyLoginRefused => $"check {field}.username and .password",
            ConnectionReason.ProxyDenied => "the proxy's rules must allow the machine's address and port (many allow port 443 only)",
            ConnectionReason.ProxyFailed => $"check {field}.type and .port: is it a proxy of that kind?",
            _ => $"look at the server of {field}",
        };
    }
}
