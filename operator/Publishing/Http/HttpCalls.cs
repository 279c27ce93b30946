using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using ImageOperator.Api.Publishing;
using ImageOperator.Downloads;
using ImageOperator.Engine.Tracing;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing.Http;

/// <summary>Calls a web server, again where that may help, and translates its errors.</summary>
internal sealed class HttpCalls(Place place, HttpDestination http) : IDisposable
{
    private HttpClient? _client;

    private HttpClient Client => _client ??= Connect();

    /// <summary>What the server says of a file; null if there is none.</summary>
    public Task<HttpFile?> LookAsync(Uri url, CancellationToken cancellationToken) => RunAsync<HttpFile?>("HEAD", async () =>
    {
        using var request = Request(HttpMethod.Head, url);
        using var response = await Client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        // A server that takes files and shows none says so in its own way.
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone || (http.SkipVerification && (int)response.StatusCode is 403 or 405 or 501)) return null;
        Check(response, url);
        return new(response.Content.Headers.ContentLength, response.Headers.ETag?.ToString(), Sum(response));
    }, cancellationToken);

    public Task<bool> PutAsync(Uri url, PublishFile file, CancellationToken cancellationToken) => RunAsync("PUT", async () =>
    {
        using var request = Request(HttpMethod.Put, url);
        using var body = new StreamContent(new ReportingStream(file.Payload.Open(), done => place.Report($"uploading {url}", done)), 1 << 17);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        body.Headers.ContentLength = file.Payload.Length;
        request.Content = body;
        // Credentials that are refused are known before gigabytes are sent.
        request.Headers.ExpectContinue = file.Payload.Length > 1 << 20;
        if (http.ChecksumHeader is { } name) request.Headers.TryAddWithoutValidation(name, file.Sha256);
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        Check(response, url);
        return true;
    }, cancellationToken);

    /// <exception cref="Engine.Failures.PlatformException">The server has something else.</exception>
    public async Task VerifyAsync(Uri url, PublishFile file, CancellationToken cancellationToken)
    {
        if (http.SkipVerification) return;
        var found = await FindSumAsync(url, cancellationToken).ConfigureAwait(false);
        if (found != file.Sha256) throw PublishFailure.Differs($"{place.Field}.http", url.ToString(), file.Sha256, found ?? "none: it is not there");
    }

    /// <summary>Whether the server has just this; without verification it is never known.</summary>
    public async Task<bool> HasAsync(Uri url, PublishFile file, CancellationToken cancellationToken) =>
        !http.SkipVerification && await LookAsync(url, cancellationToken).ConfigureAwait(false) is { } found && (found.Length is not { } length || length == file.Payload.Length)
        && await HasAsync(url, file.Sha256, cancellationToken).ConfigureAwait(false);

    public async Task<bool> HasAsync(Uri url, string sha256, CancellationToken cancellationToken) => await FindSumAsync(url, cancellationToken).ConfigureAwait(false) == sha256;

    public Task<bool> DeleteAsync(Uri url, CancellationToken cancellationToken) => RunAsync("DELETE", async () =>
    {
        using var request = Request(HttpMethod.Delete, url);
        using var response = await Client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.Gone)) Check(response, url);
        return true;
    }, cancellationToken);

    public void Dispose() => _client?.Dispose();

    /// <summary>The server's word where it computes checksums, else the file is read.</summary>
    private Task<string?> FindSumAsync(Uri url, CancellationToken cancellationToken) => RunAsync<string?>("GET", async () =>
    {
        if (await LookAsync(url, cancellationToken).ConfigureAwait(false) is not { } found) return null;
        if (found.Sha256 is { } said) return said;
        using var request = Request(HttpMethod.Get, url);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        Check(response, url);
        var content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false)) return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false));
    }, cancellationToken);

    private HttpRequestMessage Request(HttpMethod method, Uri url)
    {
        var request = new HttpRequestMessage(method, url);
        foreach (var (name, value) in http.Headers ?? new Dictionary<string, string>()) request.Headers.TryAddWithoutValidation(name, value);
        if (http.SecretRef is null) return request;
        foreach (var header in http.SecretHeaders)
        {
            var value = place.Secret(header.Key) ?? throw PublishFailure.Refused(
                $"{place.Field}.http.secretHeaders", $"Secret {http.SecretRef.Name} has no key {header.Key}", "add it, or correct the name of the key");
            request.Headers.TryAddWithoutValidation(header.Name, value);
        }

        if (place.Secret("bearerToken") is { } token) request.Headers.Authorization = new("Bearer", token);
        else if (place.Secret("username") is { } user) request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{place.Secret("password")}")));
        return request;
    }

    private string? Sum(HttpResponseMessage response) =>
        http.ChecksumHeader is { } name && response.Headers.TryGetValues(name, out var values) && values.First().Trim().ToLowerInvariant() is { Length: 64 } sum ? sum : null;

    private void Check(HttpResponseMessage response, Uri url)
    {
        if (response.IsSuccessStatusCode) return;
        var (what, field) = ($"{response.RequestMessage?.Method} {url}: the server says {(int)response.StatusCode} {response.ReasonPhrase}", $"{place.Field}.http");
        throw response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => PublishFailure.Refused(
                field, what, http.SecretRef is null ? "set secretRef, and what the server wants to know of you" : $"check the credentials in Secret {http.SecretRef.Name}, and what they may do"),
            HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented => PublishFailure.Failed(
                field, what, "the server must allow PUT, HEAD, GET and, to undo, DELETE; skipVerification does without HEAD and GET"),
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => PublishFailure.Unreachable(field, what),
            >= HttpStatusCode.InternalServerError => PublishFailure.Unreachable(field, what, "look at the server's health, then run the build again"),
            _ => PublishFailure.Failed(field, what, "check the url: the folder may have to be made before"),
        };
    }

    private async Task<T> RunAsync<T>(string operation, Func<Task<T>> call, CancellationToken cancellationToken) => await place.Retries.RunAsync(
        () => Work.CallAsync("http", operation, async () =>
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
            {
                throw PublishFailure.Unreachable(
                    $"{place.Field}.http", $"{operation}: the server cannot be reached: {e.InnerException?.Message ?? e.Message}",
                    "check the url, that the builder may reach the server, and its certificate (else put ca.crt into the Secret)", e);
            }
        }), cancellationToken).ConfigureAwait(false);

    private HttpClient Connect()
    {
        try
        {
            var handler = WebClients.CreateHandler(place.Secret(Place.Authority), new Uri(http.Url));
            // Where a redirect leads nobody has said that secrets may go.
            handler.AllowAutoRedirect = http.SecretRef is null;
            handler.Expect100ContinueTimeout = TimeSpan.FromSeconds(5);
            return new(place.Around(handler)) { Timeout = Timeout.InfiniteTimeSpan };
        }
        catch (FormatException e)
        {
            throw PublishFailure.Refused($"{place.Field}.http.secretRef", $"{Place.Authority}: {e.Message}", "put the authority's certificate there, beginning with -----BEGIN CERTIFICATE-----");
        }
    }
}
