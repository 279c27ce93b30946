using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>SSH settings.</summary>
[CelRule(SshRuleTexts.PassphraseRule, SshRuleTexts.Passphrase, FieldPath = ".passphrase")]
[CelRule(SshRuleTexts.CertificateRule, SshRuleTexts.Certificate, FieldPath = ".certificate")]
public sealed record SshCommunicator
{
    /// <summary>The user to log in as; made by the seed if the image lacks it.</summary>
    [Bounds(Min = 1, Max = 32)]
    [Pattern("^[a-z_][a-z0-9_-]*$")]
    public required string User { get; init; }

    /// <summary>The port that the machine's SSH server listens on.</summary>
    [Bounds(Min = 1, Max = 65535)]
    public int Port { get; init; } = 22;

    /// <summary>How long the machine may take from its start until it accepts the login.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    [NotAnInput]
    public Duration Timeout { get; init; } = Duration.FromMinutes(5);

    /// <summary>How often an idle connection is probed; a peer that misses three probes is taken for dead.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    [NotAnInput]
    public Duration KeepAliveInterval { get; init; } = Duration.FromSeconds(5);

    /// <summary>The private key to log in with, in OpenSSH's or PEM form; its public half is put into the machine. Without it a key pair is made for each machine.</summary>
    [NotAnInput]
    public SecretValue? PrivateKey { get; init; }

    /// <summary>The passphrase of the private key.</summary>
    [NotAnInput]
    public SecretValue? Passphrase { get; init; }

    /// <summary>The user certificate of the private key: the content of <c>id_ed25519-cert.pub</c>.</summary>
    [NotAnInput]
    public SecretValue? Certificate { get; init; }

    /// <summary>The password, tried after the key; also the answer to each question of keyboard-interactive authentication. The image must have it already.</summary>
    [NotAnInput]
    public SecretValue? Password { get; init; }

    /// <summary>
    /// Host keys that are accepted beside the one made for the machine, for images that keep their own: public key lines
    /// (<c>ssh-ed25519 AAAA…</c>) or fingerprints (<c>SHA256:…</c>).
    /// </summary>
    [Bounds(Max = 16, MaxItemLength = 2048)]
    [Pattern(SshRuleTexts.HostKeyPattern)]
    [NotAnInput]
    public IReadOnlyList<string> HostKeys { get; init; } = [];

    /// <summary>Jump hosts on the way to the machine, the first one first.</summary>
    [Bounds(Max = 4)]
    [NotAnInput]
    public IReadOnlyList<SshBastion> Bastions { get; init; } = [];

    /// <summary>A proxy on the way to the machine, or to the first bastion.</summary>
    [NotAnInput]
    public SshProxy? Proxy { get; init; }

    /// <summary>Wait, after the login, until cloud-init has done its work. A guest without cloud-init is not waited for.</summary>
    public CloudInitWait? CloudInit { get; init; }
}
