using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>A jump host on the way to the machine.</summary>
[CelRule(SshRuleTexts.BastionLoginRule, SshRuleTexts.BastionLogin, FieldPath = ".privateKey")]
[CelRule(SshRuleTexts.PassphraseRule, SshRuleTexts.Passphrase, FieldPath = ".passphrase")]
[CelRule(SshRuleTexts.CertificateRule, SshRuleTexts.Certificate, FieldPath = ".certificate")]
public sealed record SshBastion
{
    /// <summary>Its name or address, as seen from the host before it: the builder for the first one.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern(SshRuleTexts.HostPattern)]
    public required string Host { get; init; }

    /// <summary>The port of its SSH server.</summary>
    [Bounds(Min = 1, Max = 65535)]
    public int Port { get; init; } = 22;

    /// <summary>The user to log in as.</summary>
    [Bounds(Min = 1, Max = 64)]
    [Pattern("^[A-Za-z0-9_][A-Za-z0-9_.@-]*$")]
    public required string User { get; init; }

    /// <summary>The private key to log in with.</summary>
    public SecretValue? PrivateKey { get; init; }

    /// <summary>The passphrase of the private key.</summary>
    public SecretValue? Passphrase { get; init; }

    /// <summary>The user certificate of the private key: the content of <c>id_ed25519-cert.pub</c>.</summary>
    public SecretValue? Certificate { get; init; }

    /// <summary>The password; also the answer to each question of keyboard-interactive authentication.</summary>
    public SecretValue? Password { get; init; }

    /// <summary>Its host keys, at least one: public key lines (<c>ssh-ed25519 AAAA…</c>) or fingerprints (<c>SHA256:…</c>). A server that shows another key is not talked to.</summary>
    [Bounds(Min = 1, Max = 16, MaxItemLength = 2048)]
    [Pattern(SshRuleTexts.HostKeyPattern)]
    public required IReadOnlyList<string> HostKeys { get; init; }
}
