using System.Net;
using System.Text.Json;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Gcp.Access;
using ImageOperator.Platforms.Gcp.Calls;

namespace ImageOperator.Platforms.Gcp.Logins;

/// <summary>Finds out whose the builder's credentials are, as OS Login names accounts.</summary>
internal sealed class Caller(GcpAccess access, GcpCalls calls)
{
    private const string Method = "oauth2.tokeninfo";
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    private string? _account;

    /// <returns>An address, or a service account's unique ID.</returns>
    public async Task<string> FindAsync(CancellationToken cancellationToken)
    {
        if (_account is not null) return _account;
        // Keys and impersonation tell it; a node's account, and people's credentials, are asked for by their token.
        if (access.Identity is { } known && known.Contains('@', StringComparison.Ordinal)) return _account = known;
        var told = await calls.RunAsync(Method, Reasons.MachineFailed, AskAsync, cancellationToken).ConfigureAwait(false);
        return _account = told ?? throw new PlatformException(
            FailureKind.Terminal, Reasons.Unauthorized, "gcp.osLogin: the builder's credentials do not tell whose they are", "let the builder be a service account: gcp.impersonateServiceAccounts in the platform, or a key");
    }

    private async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient(access.Handler()) { Timeout = CallTimeout };
        // In the body: addresses are logged.
        using var form = new FormUrlEncodedContent([new("access_token", await access.TokenAsync(cancellationToken).ConfigureAwait(false))]);
        using var answer = await http.PostAsync(new Uri(access.Universe.TokenInfo), form, cancellationToken).ConfigureAwait(false);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        // A federated token is nobody's that Google has an account of.
        if (answer.StatusCode == HttpStatusCode.BadRequest) return null;
        if (!answer.IsSuccessStatusCode) throw GcpException.Of(answer.StatusCode, text);
        using var document = JsonDocument.Parse(text);
        if (document.RootElement.TryGetProperty("email", out var email)) return email.GetString();
        // A service account's unique ID; of people's tokens it is that of the program.
        return document.RootElement.TryGetProperty("azp", out var id) && id.GetString() is { Length: > 0 } number && number.All(char.IsAsciiDigit) ? number : null;
    }
}
