using ImageOperator.Registries;

namespace ImageOperator.Workspaces;

/// <summary>What of a Secret's keys must never be shown.</summary>
public static class CredentialSecrets
{
    /// <summary>What stands in Secrets beside secrets, and would be missed in messages.</summary>
    private static readonly string[] PublicKeys = [SecretKeys.Authority, SecretKeys.KnownHosts, SecretKeys.User];

    /// <summary>The values, and the passwords within them; none for a public key.</summary>
    public static IEnumerable<string> Of(string key, string value) =>
        PublicKeys.Contains(key) ? [] : key == RegistryCredentials.DockerConfigKey ? RegistryCredentials.Secrets(value).Append(value) : [value];
}
