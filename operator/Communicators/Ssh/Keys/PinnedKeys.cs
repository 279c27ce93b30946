using System.Security.Cryptography;

namespace ImageOperator.Communicators.Ssh.Keys;

/// <summary>The host keys that are accepted: public key lines, or fingerprints as <c>ssh-keygen -l</c> prints them.</summary>
internal sealed class PinnedKeys
{
    private const string FingerprintPrefix = "SHA256:";

    /// <summary>The types of host keys, preferred first, with the algorithms that sign with them.</summary>
    private static readonly (string Type, string[] Algorithms)[] Types =
    [
        ("ssh-ed25519", ["ssh-ed25519"]),
        ("ecdsa-sha2-nistp256", ["ecdsa-sha2-nistp256"]),
        ("ecdsa-sha2-nistp384", ["ecdsa-sha2-nistp384"]),
        ("ecdsa-sha2-nistp521", ["ecdsa-sha2-nistp521"]),
        ("ssh-rsa", ["rsa-sha2-512", "rsa-sha2-256"]),
    ];

    private readonly List<byte[]> _blobs = [];
    private readonly HashSet<string> _fingerprints = new(StringComparer.Ordinal);
    private readonly HashSet<string> _types = new(StringComparer.Ordinal);

    public PinnedKeys(IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            if (key.StartsWith(FingerprintPrefix, StringComparison.Ordinal))
            {
                _fingerprints.Add(key.TrimEnd('='));
                continue;
            }

            _blobs.Add(Ed25519KeyPair.BlobOf(key));
            _types.Add(key.Split(' ')[0]);
        }
    }

    public bool Accepts(byte[] hostKey) => _blobs.Exists(b => b.AsSpan().SequenceEqual(hostKey)) || _fingerprints.Contains(Fingerprint(hostKey));

    public static string Fingerprint(byte[] hostKey) => FingerprintPrefix + Convert.ToBase64String(SHA256.HashData(hostKey)).TrimEnd('=');

    /// <summary>The algorithms to ask for; a server shows one key only, and a fingerprint does not tell of which type its key is.</summary>
    /// <param name="without">Types that the server has shown another key of.</param>
    public IReadOnlyList<string> Algorithms(IReadOnlySet<string> without) =>
        [.. Types.Where(t => (_fingerprints.Count > 0 || _types.Contains(t.Type)) && !without.Contains(t.Type)).SelectMany(t => t.Algorithms)];

    /// <summary>The type of key that an algorithm signs with.</summary>
    public static string TypeOf(string algorithm) => Array.Find(Types, t => t.Algorithms.Contains(algorithm)).Type ?? algorithm;
}
