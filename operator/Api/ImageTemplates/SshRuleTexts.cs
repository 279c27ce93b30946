namespace ImageOperator.Api.ImageTemplates;

/// <summary>The rules of SSH settings, as the CRD and as the operator and imagectl check them.</summary>
internal static class SshRuleTexts
{
    public const string HostPattern = @"^([a-zA-Z0-9]([-a-zA-Z0-9._]*[a-zA-Z0-9])?|[0-9a-fA-F]*:[0-9a-fA-F:.]+|.*\$\(.+\).*)$";

    public const string HostKeyPattern =
        "^(SHA256:[A-Za-z0-9+/]{43}|(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) AAAA[A-Za-z0-9+/]+={0,3}( .*)?)$";

    public const string BastionLoginRule = "has(self.privateKey) || has(self.password)";
    public const string BastionLogin = "a bastion needs a login: set privateKey or password";
    public const string PassphraseRule = "!has(self.passphrase) || has(self.privateKey)";
    public const string Passphrase = "belongs to a given key: set privateKey too, or remove passphrase";
    public const string CertificateRule = "!has(self.certificate) || has(self.privateKey)";
    public const string Certificate = "belongs to a given key: set privateKey too, or remove certificate";
    public const string ProxyUser = "a password needs a user name: set username, or remove password";
}
