using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Keys;

/// <summary>The values that a communicator's settings refer to.</summary>
internal sealed class SecretValues(ISecretSource? source)
{
    /// <summary>The value; null where the setting is not set.</summary>
    /// <exception cref="ConnectionException">The setting is set, and there is no value.</exception>
    public string? Find(SecretValue? value)
    {
        if (value is null) return null;
        var reference = value.SecretKeyRef;
        return source?.Find(reference) ?? throw new ConnectionException(
            ConnectionReason.KeyUnusable,
            $"the key {reference.Key} of Secret {reference.Name} is not there",
            $"create it: kubectl create secret generic {reference.Name} --from-file={reference.Key}=FILE");
    }

    public LoginIdentity Identity(string user, string? privateKey, SecretValue? passphrase, SecretValue? certificate, SecretValue? password) =>
        // A file's last line ends with a newline, which no password has.
        new(user, privateKey, Find(passphrase)?.TrimEnd('\r', '\n'), Find(certificate)?.Trim(), Find(password)?.TrimEnd('\r', '\n'));
}
