using Azure.Core;

namespace ImageOperator.Platforms.Azure.Access;

/// <summary>The credential of a mounted Secret; made anew when kubelet has renewed its files.</summary>
internal sealed class SecretCredential(string folder, Func<SecretFiles, TokenCredential> make) : TokenCredential
{
    private readonly Lock _lock = new();
    private (SecretFiles Files, TokenCredential Credential)? _current;

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => Current.GetToken(requestContext, cancellationToken);

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => Current.GetTokenAsync(requestContext, cancellationToken);

    private TokenCredential Current
    {
        get
        {
            var files = SecretFiles.Read(new DirectoryInfo(folder));
            lock (_lock)
            {
                if (_current?.Files != files) _current = (files, make(files));
                return _current!.Value.Credential;
            }
        }
    }
}

/// <summary>The keys of a Secret.</summary>
internal sealed record SecretFiles(string? Secret, string? Certificate)
{
    public static SecretFiles Read(DirectoryInfo folder) => new(Read(Path.Combine(folder.FullName, "clientSecret")), Read(Path.Combine(folder.FullName, "clientCertificate")));

    /// <returns>The text without its line's end; null if there is none.</returns>
    public static string? Read(string file)
    {
        if (!File.Exists(file)) return null;
        var text = File.ReadAllText(file).Trim();
        return text.Length > 0 ? text : null;
    }

    /// <summary>Says nothing: its members are secret.</summary>
    public override string ToString() => "the files of a Secret";
}
