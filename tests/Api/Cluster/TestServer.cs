using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api.Tests.Manifests;
using k8s;

namespace ImageOperator.Api.Tests.Cluster;

/// <summary>Plain requests to an API server: these tests look at its answers, not at a client.</summary>
internal sealed class TestServer : IDisposable
{
    private readonly Kubernetes client;

    public TestServer(KubernetesClientConfiguration configuration)
    {
        client = new(configuration);
        if (configuration.AccessToken is { } token) client.HttpClient.DefaultRequestHeaders.Authorization = new("Bearer", token);
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<Answer> CreateAsync(string path, JsonNode body) => SendAsync(HttpMethod.Post, path, body);

    public Task<Answer> ReplaceAsync(string path, JsonNode body) => SendAsync(HttpMethod.Put, path, body);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    /// <summary>Installs the generated CRDs, as they are committed, and waits until they are served.</summary>
    public async Task InstallAsync()
    {
        foreach (var crd in Crds())
        {
            var path = $"apis/apiextensions.k8s.io/v1/customresourcedefinitions/{(string)crd["metadata"]!["name"]!}";
            var current = await GetAsync(path);
            if (current.Ok) crd["metadata"]!["resourceVersion"] = (string)current.Body["metadata"]!["resourceVersion"]!;
            var answer = current.Ok ? await ReplaceAsync(path, crd) : await CreateAsync(Path.GetDirectoryName(path)!, crd);
            Assert.True(answer.Ok, answer.ToString());
            for (var i = 0; !(await GetAsync($"apis/imageoperator.dev/v1alpha1/{(string)crd["spec"]!["names"]!["plural"]!}")).Ok && i < 100; i++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }

    public static IEnumerable<JsonObject> Crds() =>
        Directory.GetFiles(Path.Combine(Repository.Root, "crds"), "imageoperator.dev_*.yaml").Order(StringComparer.Ordinal)
            .Select(file => JsonNode.Parse(Yaml.Parse(File.ReadAllText(file)).GetRawText())!.AsObject());

    public void Dispose() => client.Dispose();

    private async Task<Answer> SendAsync(HttpMethod method, string path, JsonNode? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(client.BaseUri, path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await client.HttpClient.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new((int)response.StatusCode, Parse(text)) { Warnings = [.. response.Headers.Warning.Select(w => w.Text)] };
    }

    private static JsonObject Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return new() { ["message"] = text };
        }
    }
}
