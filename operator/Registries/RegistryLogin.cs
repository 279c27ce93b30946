using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ImageOperator.Registries;

/// <summary>Logs in when a registry asks for it: with a token of its token server, or with user and password.</summary>
/// <param name="inner">Sends the requests.</param>
/// <param name="reference">The artifact.</param>
/// <param name="server">The registry.</param>
/// <param name="credentials">User and password; without them tokens for everybody are asked for.</param>
/// <param name="actions">What is to be done: <c>pull</c> or <c>pull,push</c>.</param>
internal sealed partial class RegistryLogin(HttpMessageHandler inner, RegistryReference reference, Uri server, RegistryCredentials? credentials, string actions) : DelegatingHandler(inner)
{
    private const int LongestToken = 1 << 20;

    private AuthenticationHeaderValue? _authorization;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Uploads go on where the registry says; our token is for nobody else.
        var own = IsOwn(request.RequestUri!);
        if (own) request.Headers.Authorization = _authorization;
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        // A redirect has been followed: whoever refuses there is not the registry.
        if (!own || response.StatusCode != HttpStatusCode.Unauthorized || response.RequestMessage?.RequestUri is not { } answered || !IsOwn(answered)) return response;
        if (await AnswerAsync(request.RequestUri!, response, cancellationToken).ConfigureAwait(false) is not { } authorization) return response;
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
        // Whom it refuses, the registry refuses; that it cannot answer now says nothing of the credentials.
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) return null;
        if (!response.IsSuccessStatusCode) throw await RegistryException.OfAsync(response, $"the token server {uri.Host}", cancellationToken).ConfigureAwait(false);
        await response.Content.LoadIntoBufferAsync(LongestToken, cancellationToken).ConfigureAwait(false);
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        return Token(answer) is { } token ? new("Bearer", token) : throw new RegistryException($"the token server {uri.Host} answers with no token", HttpStatusCode.BadGateway);
    }

    private static string? Token(byte[] answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            return Text(json.RootElement, "token") ?? Text(json.RootElement, "access_token");
        }
        catch (JsonException)
        {
            return null;
        }

        static string? Text(JsonElement answer, string name) =>
            answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
    }

    // The port may be written although it is the scheme's own; a token for TLS's port is for no other.
    private bool IsOwn(Uri url) => url.Scheme == server.Scheme && url.IdnHost == server.IdnHost && url.Port == server.Port;

    private AuthenticationHeaderValue Basic() => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials!.User}:{credentials.Password}")));

    [GeneratedRegex("([a-zA-Z_]+)=\"([^\"]*)\"")]
    private static partial Regex Parts();
}
