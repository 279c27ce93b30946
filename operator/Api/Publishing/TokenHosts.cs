namespace ImageOperator.Api.Publishing;

/// <summary>
/// The hosts that get tokens of the pod's own identity: only the clouds' own. Whoever may write a template could otherwise have the node's token sent to a
/// server of theirs. The names are of Azure's and Google's documentation of their sovereign clouds and private endpoints.
/// </summary>
public static class TokenHosts
{
    private static readonly string[] AzureStorage = [".core.windows.net", ".core.chinacloudapi.cn", ".core.usgovcloudapi.net", ".storage.azure.net"];
    private static readonly string[] AzureAuthorities = ["login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn", "login.chinacloudapi.cn"];
    private static readonly string[] GoogleStorage = [".googleapis.com"];

    /// <summary>Whether a storage at this URL may get an Azure identity's token; unset is Azure's own.</summary>
    public static bool TakesAzureToken(string? endpoint) => IsOne(endpoint, AzureStorage);

    /// <summary>Whether an Azure identity may be asked for at this URL; unset is Azure's own.</summary>
    public static bool GivesAzureToken(string? authority) => IsOne(authority, AzureAuthorities);

    /// <summary>Whether a storage at this URL may get a Google identity's token; unset is Google's own.</summary>
    public static bool TakesGoogleToken(string? endpoint) => IsOne(endpoint, GoogleStorage);

    private static bool IsOne(string? url, string[] hosts)
    {
        if (url is null || !Uri.TryCreate(url, UriKind.Absolute, out var uri)) return url is null;
        return uri.IsLoopback || hosts.Any(h => h[0] == '.' ? uri.IdnHost.EndsWith(h, StringComparison.OrdinalIgnoreCase) : uri.IdnHost.Equals(h, StringComparison.OrdinalIgnoreCase));
    }
}
