using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using k8s;

namespace ImageOperator.Benchmarks.Cluster;

/// <summary>The few calls that the measurements make, bare: a client's own time must not be in the figures.</summary>
internal sealed class BuildCluster : IDisposable
{
    private readonly Kubernetes _kubernetes;
    private readonly string _namespace;

    public BuildCluster(string kubeconfig, string @namespace)
    {
        _kubernetes = new(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        _kubernetes.HttpClient.Timeout = Timeout.InfiniteTimeSpan;
        _namespace = @namespace;
    }

    private string Builds => $"apis/{GroupVersion.Group}/{GroupVersion.Version}/namespaces/{_namespace}/{ImageBuild.PluralName}";

    public Task<WatchStream> WatchPodsAsync(CancellationToken cancellationToken) => WatchAsync($"api/v1/namespaces/{_namespace}/pods", cancellationToken);

    public Task<WatchStream> WatchBuildsAsync(CancellationToken cancellationToken) => WatchAsync(Builds, cancellationToken);

    public async Task CreateBuildAsync(string name, CancellationToken cancellationToken)
    {
        var build = new JsonObject
        {
            ["apiVersion"] = GroupVersion.ApiVersion,
            ["kind"] = ImageBuild.KindName,
            ["metadata"] = new JsonObject { ["name"] = name },
            // Each run builds, whatever was built before.
            ["spec"] = new JsonObject { ["templateRef"] = new JsonObject { ["name"] = "benchmark" }, ["force"] = true },
        };
        using var response = await _kubernetes.HttpClient.PostAsJsonAsync(At(Builds), build, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"cannot create ImageBuild {name}: {await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)}");
    }

    /// <summary>Deletes a build, and returns when it is gone with all that it had.</summary>
    public async Task DeleteBuildAsync(string name, CancellationToken cancellationToken)
    {
        await using var builds = await WatchBuildsAsync(cancellationToken).ConfigureAwait(false);
        using var response = await _kubernetes.HttpClient.DeleteAsync(At($"{Builds}/{name}"), cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        await builds.FirstAsync(seen => seen.IsGone(name), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes what an interrupted benchmark left.</summary>
    public async Task DeleteAllBuildsAsync(CancellationToken cancellationToken)
    {
        var list = await GetAsync(Builds, cancellationToken).ConfigureAwait(false);
        foreach (var build in list["items"]!.AsArray()) await DeleteBuildAsync((string)build!["metadata"]!["name"]!, cancellationToken).ConfigureAwait(false);
    }

    public Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) => ReadAsync(path, cancellationToken);

    public void Dispose() => _kubernetes.Dispose();

    // The list's version is where the watch begins: nothing after this call is missed, nothing from before it is seen.
    private async Task<WatchStream> WatchAsync(string path, CancellationToken cancellationToken)
    {
        var list = await ReadAsync($"{path}?limit=1", cancellationToken).ConfigureAwait(false);
        var version = (string)list["metadata"]!["resourceVersion"]!;
        var response = await _kubernetes.HttpClient.GetAsync(
            At($"{path}?watch=true&resourceVersion={version}"), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        return new(response, new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false)));
    }

    private async Task<JsonNode> ReadAsync(string path, CancellationToken cancellationToken) =>
        (await _kubernetes.HttpClient.GetFromJsonAsync<JsonNode>(At(path), cancellationToken).ConfigureAwait(false))!;

    private Uri At(string path) => new(_kubernetes.BaseUri, path);
}
