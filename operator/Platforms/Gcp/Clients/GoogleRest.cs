using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ImageOperator.Platforms.Gcp.Access;
using ImageOperator.Platforms.Gcp.Calls;

namespace ImageOperator.Platforms.Gcp.Clients;

/// <summary>Calls of one of Google's APIs, as the builder.</summary>
/// <param name="access">Where and as whom.</param>
/// <param name="root">What all of the API's URLs begin with.</param>
internal sealed class GoogleRest(GcpAccess access, string root) : IDisposable
{
    // A hung connection must not take minutes.
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly HttpClient _http = new(access.Handler()) { Timeout = CallTimeout };

    public void Dispose() => _http.Dispose();

    public async Task<T> CallAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        var text = await SendAsync(method, path, body, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize<T>(text, Json) ?? throw new JsonException("the answer is empty");
        }
        catch (JsonException e)
        {
            // A proxy's page, or another server's: the call may have had its effect.
            throw new HttpRequestException($"the answer is not Google's: {e.Message}", e);
        }
    }

    /// <summary>A call whose answer has nothing in it.</summary>
    public Task CallAsync(HttpMethod method, string path, CancellationToken cancellationToken) => SendAsync(method, path, null, cancellationToken);

    private async Task<string> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, root + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await access.TokenAsync(cancellationToken).ConfigureAwait(false));
        if (body is not null) request.Content = new StringContent(JsonSerializer.Serialize(body, Json), Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        return answer.IsSuccessStatusCode ? text : throw GcpException.Of(answer.StatusCode, text);
    }
}
