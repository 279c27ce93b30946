using Renci.SshNet;

namespace ImageOperator.Communicators.Ssh.Connecting;

/// <summary>
/// What is offered to the server, best first. In an emulated guest chacha20 needs half the time of AES, elsewhere AES, which
/// processors have in hardware, a third of the time of chacha20. The post-quantum exchanges cost an emulated guest a second that
/// a session of minutes over the machine's own network does not repay; they and the slow ones stand last, for servers that know nothing else.
/// </summary>
internal static class Algorithms
{
    private static readonly string[] KeyExchanges =
    [
        "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521",
        "mlkem768x25519-sha256", "sntrup761x25519-sha512", "sntrup761x25519-sha512@openssh.com", "diffie-hellman-group16-sha512", "diffie-hellman-group14-sha256",
    ];

    private static readonly string[] Aes = ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes256-ctr"];
    private const string ChaCha = "chacha20-poly1305@openssh.com";

    private static readonly string[] Macs = ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-512"];

    public static void Choose(ConnectionInfo info, IReadOnlyList<string> hostKeys, bool emulated)
    {
        Keep(info.KeyExchangeAlgorithms, KeyExchanges);
        Keep(info.Encryptions, emulated ? [ChaCha, .. Aes] : [Aes[0], Aes[1], ChaCha, Aes[2], Aes[3]]);
        Keep(info.HmacAlgorithms, Macs);
        Keep(info.HostKeyAlgorithms, hostKeys);
        Keep(info.CompressionAlgorithms, ["none"]);
    }

    private static void Keep<T>(IOrderedDictionary<string, T> all, IReadOnlyList<string> names)
    {
        var kept = names.Where(all.ContainsKey).Select(name => KeyValuePair.Create(name, all[name])).ToArray();
        all.Clear();
        foreach (var (name, algorithm) in kept) all.Add(name, algorithm);
    }
}
