using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ImageOperator.Registries;

/// <summary>Logs in when a registry asks for it: with a token of its token server, or with user and password.</summary>
/// <param name="inner">Sends the requests.</param>
/// <param name="reference">The artifact.</param>
/// <param name="credentials">User and password; without them tokens for everybody are asked for.</param>
/// <param name="actions">What is to be done: <c>pull</c> or <c>pull,push</c>.</param>
internal sealed partial class RegistryLogin(HttpMessageHandler inner, RegistryReference reference, RegistryCredentials? credentials, string actions) : DelegatingHandler(inner)
{
    private const int LongestToken = 1 << 20;

    private AuthenticationHeaderValue? _authorization;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Uploads go on where the registry says; our token is for nobody else.
        var own = request.RequestUri!.Authority == reference.Server;
        if (own) request.Headers.Authorization = _authorization;
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        // A redirect has been followed: whoever refuses there is not the registry.
        if (!own || response.StatusCode != HttpStatusCode.Unauthorized || response.RequestMessage?.RequestUri?.Authority != reference.Server) return response;
        if (await AnswerAsync(request.RequestUri, response, cancellationToken).ConfigureAwait(false) is not { } authorization) return response;
        _authorization = authorization;
        // A body that was sent is gone: the caller begins with a request that has none.
        if (request.Content is not null) return response;
        response.Dispose();
        using var again = new HttpRequestMessage(request.Method, request.RequestUri);
        foreach (var (name, values) in request.Headers) again.Headers.TryAddWithoutValidation(name, values);
        again.Headers.Authorization = _authorization;
        return await base.SendAsync(again, cancellationToken).ConfigureAwait(false);
    }

    private async Task<AuthenticationHeaderValue?> AnswerAsync(Uri asked, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        foreach (var challenge in response.Headers.WwwAuthenticate)
        {
            if (challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)) return await TokenAsync(asked, challenge.Parameter ?? "", cancellationToken).ConfigureAwait(false);
            if (challenge.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) && credentials is not null) return Basic();
        }

        return null;
    }

    private async Task<AuthenticationHeaderValue?> TokenAsync(Uri asked, string challenge, CancellationToken cancellationToken)
    {
        var parts = Parts().Matches(challenge).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value, StringComparer.OrdinalIgnoreCase);
        if (!parts.TryGetValue("realm", out var realm) || !Uri.TryCreate(realm, UriKind.Absolute, out var uri)) return null;
        // A password that came over TLS's registry must not leave in clear text.
        if (credentials is not null && uri.Scheme != Uri.UriSchemeHttps && asked.Scheme == Uri.UriSchemeHttps) return null;
        var scope = parts.GetValueOrDefault("scope") is { Length: > 0 } wanted ? wanted : $"repository:{reference.Repository}:{actions}";
        var query = $"scope={Uri.EscapeDataString(scope)}" + (parts.TryGetValue("service", out var service) ? $"&service={Uri.EscapeDataString(service)}" : "");
        using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(uri) { Query = query }.Uri);
        if (credentials is not null) request.Headers.Authorization = Basic();
        using var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) return null;
        await response.Content.LoadIntoBufferAsync(LongestToken, cancellationToken).ConfigureAwait(false);
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
        var token = json.RootElement.TryGetProperty("token", out var t) ? t.GetString() : json.RootElement.TryGetProperty("access_token", out var a) ? a.GetString() : null;
        return token is { Length: > 0 } ? new("Bearer", token) : null;
    }

    private AuthenticationHeaderValue Basic() => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials!.User}:{credentials.Password}")));

    [GeneratedRegex("([a-zA-Z_]+)=\"([^\"]*)\"")]
    private static partial Regex Parts();
}
