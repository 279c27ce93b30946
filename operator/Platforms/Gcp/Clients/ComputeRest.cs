using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ImageOperator.Platforms.Gcp.Access;
using ImageOperator.Platforms.Gcp.Calls;

namespace ImageOperator.Platforms.Gcp.Clients;

/// <summary>Compute Engine over its REST API.</summary>
internal sealed class ComputeRest : ICompute
{
    // A hung connection must not take minutes.
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly GcpAccess _access;
    private readonly HttpClient _http;
    private readonly string _root;

    public ComputeRest(GcpAccess access)
    {
        _access = access;
        _http = new HttpClient(access.Handler()) { Timeout = CallTimeout };
        _root = $"{access.Endpoint.TrimEnd('/')}/compute/v1/";
    }

    public Task<GceProject> GetProjectAsync(string project, CancellationToken cancellationToken) => GetAsync<GceProject>($"projects/{project}", cancellationToken);

    public Task<GceImage> GetImageAsync(GcpLink image, CancellationToken cancellationToken) => GetAsync<GceImage>($"{image}", cancellationToken);

    public Task<GceImage> GetImageFromFamilyAsync(string project, string family, CancellationToken cancellationToken) =>
        GetAsync<GceImage>($"projects/{project}/global/images/family/{family}", cancellationToken);

    public Task<GceList<GceImage>> ListImagesAsync(string project, string filter, string? pageToken, CancellationToken cancellationToken) =>
        GetAsync<GceList<GceImage>>($"projects/{project}/global/images{Query(filter, pageToken)}", cancellationToken);

    public Task<GceOperation> InsertImageAsync(string project, GceImage image, string requestId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"projects/{project}/global/images?requestId={requestId}", image, cancellationToken);

    public Task<GceOperation> DeleteImageAsync(GcpLink image, string requestId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"{image}?requestId={requestId}", null, cancellationToken);

    public Task<GceOperation> PatchImageAsync(GcpLink image, GceImage change, string requestId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, $"{image}?requestId={requestId}", change, cancellationToken);

    public Task<GceOperation> DeprecateImageAsync(GcpLink image, GceDeprecation status, string requestId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"{image}/deprecate?requestId={requestId}", status, cancellationToken);

    public Task<GceOperation> SetImageLabelsAsync(GcpLink image, GceLabels labels, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"{image}/setLabels", labels, cancellationToken);

    public Task<GcePolicy> GetImagePolicyAsync(GcpLink image, CancellationToken cancellationToken) =>
        GetAsync<GcePolicy>($"{image}/getIamPolicy?optionsRequestedPolicyVersion=3", cancellationToken);

    public Task<GcePolicy> SetImagePolicyAsync(GcpLink image, GcePolicy policy, CancellationToken cancellationToken) =>
        CallAsync<GcePolicy>(HttpMethod.Post, $"{image}/setIamPolicy", new { policy }, cancellationToken);

    public Task<GceInstance> GetInstanceAsync(GcpLink instance, CancellationToken cancellationToken) => GetAsync<GceInstance>($"{instance}", cancellationToken);

    public Task<GceAggregate<GceInstances>> ListInstancesAsync(string project, string filter, string? pageToken, CancellationToken cancellationToken) =>
        GetAsync<GceAggregate<GceInstances>>($"projects/{project}/aggregated/instances{Query(filter, pageToken)}", cancellationToken);

    public Task<GceOperation> InsertInstanceAsync(string project, string zone, GceInstance instance, string requestId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"projects/{project}/zones/{zone}/instances?requestId={requestId}", instance, cancellationToken);

    public Task<GceOperation> StopInstanceAsync(GcpLink instance, string requestId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"{instance}/stop?requestId={requestId}", null, cancellationToken);

    public Task<GceOperation> DeleteInstanceAsync(GcpLink instance, string requestId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"{instance}?requestId={requestId}", null, cancellationToken);

    public Task<GceSerialOutput> GetSerialOutputAsync(GcpLink instance, CancellationToken cancellationToken) =>
        GetAsync<GceSerialOutput>($"{instance}/serialPort?port=1", cancellationToken);

    public Task<GceGuestAttributes> GetGuestAttributesAsync(GcpLink instance, string queryPath, CancellationToken cancellationToken) =>
        GetAsync<GceGuestAttributes>($"{instance}/getGuestAttributes?queryPath={Uri.EscapeDataString(queryPath)}", cancellationToken);

    public Task<GceAggregate<GceDisks>> ListDisksAsync(string project, string filter, string? pageToken, CancellationToken cancellationToken) =>
        GetAsync<GceAggregate<GceDisks>>($"projects/{project}/aggregated/disks{Query(filter, pageToken)}", cancellationToken);

    public Task<GceDisk> GetDiskAsync(GcpLink disk, CancellationToken cancellationToken) => GetAsync<GceDisk>($"{disk}", cancellationToken);

    public Task<GceOperation> DeleteDiskAsync(GcpLink disk, string requestId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"{disk}?requestId={requestId}", null, cancellationToken);

    public Task<GceOperation> GetOperationAsync(string project, string? zone, string name, CancellationToken cancellationToken) =>
        GetAsync<GceOperation>($"projects/{project}/{(zone is null ? "global" : $"zones/{zone}")}/operations/{name}", cancellationToken);

    public void Dispose() => _http.Dispose();

    private static string Query(string filter, string? pageToken) => $"?filter={Uri.EscapeDataString(filter)}{(pageToken is null ? "" : $"&pageToken={Uri.EscapeDataString(pageToken)}")}";

    private Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) => CallAsync<T>(HttpMethod.Get, path, null, cancellationToken);

    private Task<GceOperation> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken) => CallAsync<GceOperation>(method, path, body, cancellationToken);

    private async Task<T> CallAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, _root + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _access.TokenAsync(cancellationToken).ConfigureAwait(false));
        if (body is not null) request.Content = new StringContent(JsonSerializer.Serialize(body, Json), Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode) throw GcpException.Of(answer.StatusCode, text);
        try
        {
            return JsonSerializer.Deserialize<T>(text, Json) ?? throw new JsonException("the answer is empty");
        }
        catch (JsonException e)
        {
            // A proxy's page, or another server's: the call may have had its effect.
            throw new HttpRequestException($"the answer is not Compute Engine's: {e.Message}", e);
        }
    }
}
