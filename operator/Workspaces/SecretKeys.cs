namespace ImageOperator.Workspaces;

/// <summary>The keys of credentials, as Flux and Kubernetes call them.</summary>
internal static class SecretKeys
{
    public const string User = "username";
    public const string Password = "password";
    public const string BearerToken = "bearerToken";
    public const string Authority = "ca.crt";
    public const string Identity = "identity";
    public const string KnownHosts = "known_hosts";

    /// <summary>The certificates to trust, if the Secret has some, of that server.</summary>
    public static SocketsHttpHandler Handler(Entry entry, Uri server)
    {
        try
        {
            return Downloads.WebClients.CreateHandler(entry.Secret.GetValueOrDefault(Authority), server);
        }
        catch (FormatException e)
        {
            throw WorkspaceFailure.Unavailable($"{entry.Field}.secretRef", $"{Authority} of Secret {entry.SecretName}: {e.Message}", "put the authority's certificate there, beginning with -----BEGIN CERTIFICATE-----");
        }
    }
}
