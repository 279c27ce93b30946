using ImageOperator.Api.Common;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>Which keys of Secrets a communicator uses.</summary>
public static class CommunicatorSecrets
{
    /// <summary>Each use with its field, relative to the communicator: <c>ssh.bastions[0].privateKey</c>.</summary>
    public static IEnumerable<(string Field, SecretKeyReference Reference)> Of(Communicator communicator)
    {
        if (communicator.Ssh is not { } ssh) return [];
        IEnumerable<(string Field, SecretValue? Value)> all =
        [
            ("ssh.privateKey", ssh.PrivateKey), ("ssh.passphrase", ssh.Passphrase), ("ssh.certificate", ssh.Certificate), ("ssh.password", ssh.Password),
            ("ssh.proxy.password", ssh.Proxy?.Password),
            .. ssh.Bastions.SelectMany((b, i) => new[]
            {
                ($"ssh.bastions[{i}].privateKey", b.PrivateKey), ($"ssh.bastions[{i}].passphrase", b.Passphrase),
                ($"ssh.bastions[{i}].certificate", b.Certificate), ($"ssh.bastions[{i}].password", b.Password),
            }),
        ];
        return all.Where(v => v.Value is not null).Select(v => (v.Field, v.Value!.SecretKeyRef));
    }
}
