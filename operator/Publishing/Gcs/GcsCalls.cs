using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Apis.Auth.OAuth2.Responses;
using ImageOperator.Api.Publishing;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Tracing;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing.Gcs;

/// <summary>Calls Google Cloud Storage's JSON API, again where that may help, and translates its errors.</summary>
internal sealed class GcsCalls(Place place, GcsDestination gcs) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private static readonly TimeSpan CallTimeout = TimeSpan.FromMinutes(15);

    private readonly Lazy<GcsAccess> _access = new(() => new(place, gcs));

    private string Field => $"{place.Field}.gcs";

    /// <summary>The live object; null if there is none.</summary>
    public Task<GcsObject?> FindAsync(string name, CancellationToken cancellationToken) => RunAsync("objects.get", async token =>
    {
        using var response = await SendAsync(HttpMethod.Get, ObjectUrl(name, ""), content: null, token).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync<GcsObject>(response, "objects.get", token).ConfigureAwait(false);
    }, cancellationToken);

    /// <summary>Begins an upload that makes an object only if the name still has that generation.</summary>
    /// <returns>The upload's address; null if another generation has the name already.</returns>
    public Task<Uri?> BeginAsync(GcsObject described, long length, string generation, CancellationToken cancellationToken) => RunAsync<Uri?>("objects.insert", async token =>
    {
        var url = $"{_access.Value.Root}/upload/storage/v1/b/{gcs.Bucket}/o?uploadType=resumable&name={Uri.EscapeDataString(described.Name!)}&ifGenerationMatch={generation}"
            + (gcs.KmsKeyName is { } kms ? $"&kmsKeyName={Uri.EscapeDataString(kms)}" : "");
        using var body = JsonContent.Create(described, options: Json);
        body.Headers.Add("X-Upload-Content-Length", length.ToString(CultureInfo.InvariantCulture));
        body.Headers.Add("X-Upload-Content-Type", described.ContentType);
        using var response = await SendAsync(HttpMethod.Post, new(url), body, token).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound) throw PublishFailure.Failed($"{Field}.bucket", $"there is no bucket {gcs.Bucket}", "create it, or correct bucket and endpoint");
        if (response.StatusCode == HttpStatusCode.PreconditionFailed) return null;
        await CheckAsync(response, "objects.insert", token).ConfigureAwait(false);
        return response.Headers.Location is { IsAbsoluteUri: true } session && session.Scheme == new Uri(_access.Value.Root).Scheme
            ? session : throw PublishFailure.Failed(Field, "objects.insert: the storage names no address for the upload, or one without TLS");
    }, cancellationToken);

    /// <summary>How an upload stands.</summary>
    public Task<SessionState> AskAsync(Uri session, long total, CancellationToken cancellationToken) => RunAsync("upload status", token => AskOnceAsync(session, total, token), cancellationToken);

    /// <summary>As it is within another call's tries.</summary>
    public Task<SessionState> AskOnceAsync(Uri session, long total, CancellationToken cancellationToken)
    {
        var body = new ByteArrayContent([]);
        body.Headers.TryAddWithoutValidation("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes */{total}"));
        return PutAsync(session, body, cancellationToken);
    }

    /// <summary>Sends a range, without tries: who tries again must ask first what has come there.</summary>
    public Task<SessionState> SendOnceAsync(Uri session, Payload payload, long offset, long count, CancellationToken cancellationToken)
    {
        var body = new StreamContent(payload.Open(offset, count), 1 << 17);
        body.Headers.ContentLength = count;
        body.Headers.ContentRange = new(offset, offset + count - 1, payload.Length);
        return PutAsync(session, body, cancellationToken);
    }

    /// <summary>Ends an upload, if it is still there.</summary>
    public Task<bool> CancelAsync(Uri session, CancellationToken cancellationToken) => RunAsync("upload cancel", async token =>
    {
        // The address is the permission: no token goes there.
        using var request = new HttpRequestMessage(HttpMethod.Delete, session) { Content = new ByteArrayContent([]) };
        using var response = await _access.Value.Http.SendAsync(request, token).ConfigureAwait(false);
        if ((int)response.StatusCode is < 400 or >= 500 || response.StatusCode == HttpStatusCode.TooManyRequests) await CheckAsync(response, "upload cancel", token).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    /// <summary>Deletes just that generation. That it is gone already is success.</summary>
    public Task<bool> DeleteAsync(string name, string generation, CancellationToken cancellationToken) => RunAsync("objects.delete", async token =>
    {
        using var response = await SendAsync(HttpMethod.Delete, ObjectUrl(name, $"?generation={generation}"), content: null, token).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.NotFound) await CheckAsync(response, "objects.delete", token).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    /// <summary>Makes an older generation, which the bucket still has or has deleted softly, the live one in place of another.</summary>
    /// <returns>False if the bucket has it no more, or another one is live by now.</returns>
    public async Task<bool> BringBackAsync(string name, string generation, string over, CancellationToken cancellationToken)
    {
        var target = ObjectUrl(name, "").AbsoluteUri;
        var copy = $"{target}/rewriteTo/b/{gcs.Bucket}/o/{Uri.EscapeDataString(name)}?sourceGeneration={generation}&ifGenerationMatch={over}";
        for (string? more = null; ;)
        {
            var rewritten = await PostAsync<GcsRewrite>("objects.rewrite", more is null ? copy : $"{copy}&rewriteToken={Uri.EscapeDataString(more)}", cancellationToken).ConfigureAwait(false);
            if (rewritten is null) break;
            if (rewritten.Done) return true;
            more = rewritten.RewriteToken;
        }

        return await PostAsync<GcsObject>("objects.restore", $"{target}/restore?generation={generation}&ifGenerationMatch={over}", cancellationToken).ConfigureAwait(false) is not null;
    }

    public Task<T> RunAsync<T>(string operation, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        place.Retries.RunAsync(() => Work.CallAsync("gcs", operation, () => OnceAsync(operation, call, cancellationToken)), cancellationToken);

    public void Dispose()
    {
        if (_access.IsValueCreated) _access.Value.Dispose();
    }

    private Uri ObjectUrl(string name, string query) => new($"{_access.Value.Root}/storage/v1/b/{gcs.Bucket}/o/{Uri.EscapeDataString(name)}{query}");

    private Task<T?> PostAsync<T>(string operation, string url, CancellationToken cancellationToken)
        where T : class => RunAsync(operation, async token =>
    {
        using var body = new ByteArrayContent([]);
        using var response = await SendAsync(HttpMethod.Post, new(url), body, token).ConfigureAwait(false);
        return (int)response.StatusCode is 400 or 404 or 412 ? null : await ReadAsync<T>(response, operation, token).ConfigureAwait(false);
    }, cancellationToken);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri url, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        request.Headers.Authorization = new("Bearer", await _access.Value.TokenAsync(cancellationToken).ConfigureAwait(false));
        return await _access.Value.Http.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private async Task<SessionState> PutAsync(Uri session, HttpContent body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, session) { Content = body };
        using var response = await _access.Value.Http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        switch ((int)response.StatusCode)
        {
            case 308:
                // Without a range it has nothing yet.
                var range = response.Headers.TryGetValues("Range", out var values) ? values.First() : null;
                return new(SessionKind.Open, range is not null && long.TryParse(range[(range.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture, out var last) ? last + 1 : 0);
            case 404 or 410:
                return new(SessionKind.Lost);
            case 412:
                return new(SessionKind.Changed);
            default:
                await CheckAsync(response, "upload", cancellationToken).ConfigureAwait(false);
                return new(SessionKind.Complete);
        }
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, string operation, CancellationToken cancellationToken)
    {
        await CheckAsync(response, operation, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken).ConfigureAwait(false)
            ?? throw PublishFailure.Unreachable(Field, $"{operation}: the storage's answer is empty");
    }

    private async Task CheckAsync(HttpResponseMessage response, string operation, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode) return;
        var what = $"{operation}: {(int)response.StatusCode}: {Words(await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false))}";
        if (response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests) Work.Throttled();
        throw (int)response.StatusCode switch
        {
            401 or 403 => PublishFailure.Refused(
                Field, what, "the identity needs storage.objects.create, get and delete on the bucket (roles/storage.objectUser), and storage.objects.restore to bring back what was deleted softly"),
            408 or 429 or >= 500 => PublishFailure.Unreachable(Field, what, "look at the storage's health, then run the build again"),
            400 when what.Contains("crc32c", StringComparison.OrdinalIgnoreCase) => new PlatformException(
                FailureKind.Terminal, Api.Conditions.Reasons.ChecksumMismatch, $"{Field}: {what}", "something between here and the storage changes files"),
            _ => PublishFailure.Failed(Field, what),
        };
    }

    private static string Words(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.GetProperty("error").GetProperty("message").GetString() ?? "no message";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return body.Length > 200 ? body[..200] : body;
        }
    }

    private async Task<T> OnceAsync<T>(string operation, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(CallTimeout, place.Context.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await call(linked.Token).ConfigureAwait(false);
        }
        catch (TokenResponseException e)
        {
            throw PublishFailure.Refused(Field, $"{operation}: no token: {e.Error?.Error}: {e.Error?.ErrorDescription}", "check the key in the Secret that secretRef names, or the pod's identity", e);
        }
        catch (InvalidOperationException e) when (gcs.SecretRef is null)
        {
            throw PublishFailure.Refused(Field, $"{operation}: no credentials: {e.Message}", "set secretRef, or give the builder an identity (Workload Identity)", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            throw PublishFailure.Unreachable(
                Field, $"{operation}: the storage cannot be reached: {e.InnerException?.Message ?? e.Message}", "check the endpoint, and that the builder may reach the storage", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw PublishFailure.Unreachable(Field, $"{operation}: no answer in time", inner: e);
        }
    }
}
