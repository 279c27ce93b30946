using ImageOperator.Engine.Failures;

namespace ImageOperator.Communicators.Ssh.Connecting;

/// <summary>What to look at, per layer.</summary>
internal static class ConnectionHints
{
    public static string For(ConnectionLayer layer, string user) => layer switch
    {
        ConnectionLayer.Machine => "look at the end of the serial console: the machine panicked, was powered off, or its process was killed",
        ConnectionLayer.Network =>
            "look at the serial console whether the guest booted and its network came up; raise communicator.ssh.timeout if it only needs longer",
        ConnectionLayer.Refused =>
            "the guest's network is up but nothing listens on the port: is an SSH server installed and enabled, and is communicator.ssh.port its port?",
        ConnectionLayer.Banner =>
            "what answers on the port is no SSH server, or is not up yet: check communicator.ssh.port, and the serial console; raise communicator.ssh.timeout if the guest only needs longer",
        ConnectionLayer.KeyExchange =>
            "the SSH server must offer curve25519-sha256 or ecdh-sha2-nistp256, and chacha20-poly1305, AES-GCM or AES-CTR: see KexAlgorithms and Ciphers in its sshd_config",
        ConnectionLayer.HostKey =>
            "the machine did not take the host key from its seed (is cloud-init installed, and was the image cleaned with `cloud-init clean`?), or another machine answers at this address",
        ConnectionLayer.Authentication =>
            $"the machine did not take the public key for user {user} from its seed: is cloud-init installed, does sshd_config allow PubkeyAuthentication and this user?",
        _ => "the machine crashed, rebooted or lost its network while it was used: look at the serial console",
    };
}
