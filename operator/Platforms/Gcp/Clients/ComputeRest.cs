using System.Text.Json;
using ImageOperator.Platforms.Gcp.Access;

namespace ImageOperator.Platforms.Gcp.Clients;

/// <summary>Compute Engine over its REST API.</summary>
internal sealed class ComputeRest : ICompute
{
    public static readonly JsonSerializerOptions Json = GoogleRest.Json;

    private readonly GoogleRest _rest;

    public ComputeRest(GcpAccess access) => _rest = new(access, $"{access.Endpoint.TrimEnd('/')}/compute/v1/");

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
        _rest.CallAsync<GcePolicy>(HttpMethod.Post, $"{image}/setIamPolicy", new { policy }, cancellationToken);

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

    public Task<GceOperation> InsertDiskAsync(string project, string zone, GceDisk disk, string requestId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"projects/{project}/zones/{zone}/disks?requestId={requestId}", disk, cancellationToken);

    public Task<GceOperation> AttachDiskAsync(GcpLink instance, GceAttachedDisk disk, string requestId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"{instance}/attachDisk?requestId={requestId}", disk, cancellationToken);

    public Task<GceDisk> GetDiskAsync(GcpLink disk, CancellationToken cancellationToken) => GetAsync<GceDisk>($"{disk}", cancellationToken);

    public Task<GceOperation> DeleteDiskAsync(GcpLink disk, string requestId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"{disk}?requestId={requestId}", null, cancellationToken);

    public Task<GceOperation> GetOperationAsync(string project, string? zone, string name, CancellationToken cancellationToken) =>
        GetAsync<GceOperation>($"projects/{project}/{(zone is null ? "global" : $"zones/{zone}")}/operations/{name}", cancellationToken);

    public void Dispose() => _rest.Dispose();

    private static string Query(string filter, string? pageToken) => $"?filter={Uri.EscapeDataString(filter)}{(pageToken is null ? "" : $"&pageToken={Uri.EscapeDataString(pageToken)}")}";

    private Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) => _rest.CallAsync<T>(HttpMethod.Get, path, null, cancellationToken);

    private Task<GceOperation> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken) => _rest.CallAsync<GceOperation>(method, path, body, cancellationToken);
}
