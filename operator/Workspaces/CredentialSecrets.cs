using ImageOperator.Registries;

namespace ImageOperator.Workspaces;

/// <summary>What of a Secret's keys must never be shown.</summary>
public static class CredentialSecrets
{
    /// <summary>What stands in Secrets beside secrets, and would be missed in messages.</summary>
    private static readonly string[] PublicKeys = [SecretKeys.Authority, SecretKeys.KnownHosts, SecretKeys.User];

    /// <summary>What the secret parts of Azure's connection strings and signatures follow.</summary>
    private static readonly string[] Marks = ["AccountKey=", "SharedAccessSignature=", "sig="];

    /// <summary>The values, and the passwords within them; none for a public key.</summary>
    public static IEnumerable<string> Of(string key, string value) => PublicKeys.Contains(key) ? [] : key switch
    {
        RegistryCredentials.DockerConfigKey => RegistryCredentials.Secrets(value).Append(value),
        "connectionString" or "sasToken" => value.Split(';', '&', '?').SelectMany(p => Marks.Where(m => p.StartsWith(m, StringComparison.OrdinalIgnoreCase)).Select(m => p[m.Length..].Trim())).Append(value),
        _ => [value],
    };
}
