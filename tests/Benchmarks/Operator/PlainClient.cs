using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Testing;
using ImageOperator.Testing.Servers;

namespace ImageOperator.Benchmarks.Operator;

/// <summary>Requests and nothing else: no cache, no watch, no decision.</summary>
internal sealed class PlainClient(ControlPlane plane, string @namespace)
{
    private const string Json = "application/json";
    private const string Merge = "application/merge-patch+json";
    private const string Apply = "application/apply-patch+yaml";
    private const string Rbac = "apis/rbac.authorization.k8s.io/v1";

    private string Builds => $"apis/{GroupVersion.ApiVersion}/namespaces/{@namespace}/{ImageBuild.PluralName}";

    public async Task CreateNamespaceAsync()
    {
        await SendAsync(HttpMethod.Post, "api/v1/namespaces", new { apiVersion = "v1", kind = "Namespace", metadata = new { name = @namespace } }).ConfigureAwait(false);
        await SendAsync(HttpMethod.Post, $"apis/{GroupVersion.ApiVersion}/namespaces/{@namespace}/imagetemplates", Template()).ConfigureAwait(false);
        // No pod is let in before its service account is there, and a controller makes that one.
        await Eventually.HoldsAsync(HasServiceAccountAsync, TimeSpan.FromMinutes(1)).ConfigureAwait(false);
    }

    private async Task<bool> HasServiceAccountAsync()
    {
        using var response = await plane.Http.GetAsync(new Uri(plane.Address, $"api/v1/namespaces/{@namespace}/serviceaccounts/default")).ConfigureAwait(false);
        return response.IsSuccessStatusCode;
    }

    public Task<JsonNode> CreateBuildAsync(string name) => SendAsync(HttpMethod.Post, Builds, Build(name));

    public Task<JsonNode> GetBuildAsync(string name) => SendAsync(HttpMethod.Get, $"{Builds}/{name}", null);

    public Task<JsonNode> GetPodAsync(string name) => SendAsync(HttpMethod.Get, $"api/v1/namespaces/{@namespace}/pods/{name}", null);

    /// <summary>The requests that an operator cannot do without, in its order: what a build costs the server.</summary>
    public async Task WholeBuildAsync(string name, JsonNode status, JsonNode pod)
    {
        await SendAsync(HttpMethod.Patch, $"{Builds}/{name}", new { metadata = new { finalizers = new[] { "imageoperator.dev/cleanup" } } }, Merge).ConfigureAwait(false);
        await SendAsync(HttpMethod.Post, $"api/v1/namespaces/{@namespace}/serviceaccounts", new { apiVersion = "v1", kind = "ServiceAccount", metadata = new { name } }).ConfigureAwait(false);
        await SendAsync(HttpMethod.Post, $"{Rbac}/namespaces/{@namespace}/roles", new
        {
            apiVersion = "rbac.authorization.k8s.io/v1",
            kind = "Role",
            metadata = new { name },
            rules = new[] { new { apiGroups = new[] { GroupVersion.Group }, resources = new[] { "imagebuilds" }, resourceNames = new[] { name }, verbs = new[] { "get" } } },
        }).ConfigureAwait(false);
        await SendAsync(HttpMethod.Post, $"{Rbac}/namespaces/{@namespace}/rolebindings", new
        {
            apiVersion = "rbac.authorization.k8s.io/v1",
            kind = "RoleBinding",
            metadata = new { name },
            roleRef = new { apiGroup = "rbac.authorization.k8s.io", kind = "Role", name },
            subjects = new[] { new { kind = "ServiceAccount", name, @namespace } },
        }).ConfigureAwait(false);
        await ApplyStatusAsync(name, status).ConfigureAwait(false);
        await CreatePodAsync($"{name}-lab-1", pod, name).ConfigureAwait(false);
        await ApplyStatusAsync(name, status).ConfigureAwait(false);
    }

    public Task<JsonNode> ApplyStatusAsync(string name, JsonNode status) => SendAsync(
        HttpMethod.Patch, $"{Builds}/{name}/status?fieldManager=plain&force=true",
        new { apiVersion = GroupVersion.ApiVersion, kind = ImageBuild.KindName, metadata = new { name }, status }, Apply);

    public Task<JsonNode> PatchStatusAsync(string name, JsonNode status) => SendAsync(HttpMethod.Patch, $"{Builds}/{name}/status", new { status }, Merge);

    /// <summary>A copy of a pod.</summary>
    public Task<JsonNode> CreatePodAsync(string name, JsonNode like, string serviceAccount, JsonNode? owner = null)
    {
        var pod = like.DeepClone();
        var labels = pod["metadata"]!["labels"]!.DeepClone();
        if (owner is not null)
        {
            labels[Api.Protocol.Labels.Build] = (string?)owner["metadata"]!["name"];
            labels[Api.Protocol.Labels.BuildUid] = (string?)owner["metadata"]!["uid"];
        }

        pod["metadata"] = new JsonObject { ["name"] = name, ["labels"] = labels, ["ownerReferences"] = owner is null ? null : new JsonArray(OwnerOf(owner)) };
        pod["spec"]!["serviceAccountName"] = serviceAccount;
        pod["spec"]!.AsObject().Remove("serviceAccount");
        pod.AsObject().Remove("status");
        return SendAsync(HttpMethod.Post, $"api/v1/namespaces/{@namespace}/pods", pod);
    }

    public Task<JsonNode> PatchPodStatusAsync(string name, JsonNode status) =>
        SendAsync(HttpMethod.Patch, $"api/v1/namespaces/{@namespace}/pods/{name}/status", new { status }, Merge);

    private static JsonObject OwnerOf(JsonNode build) => new()
    {
        ["apiVersion"] = GroupVersion.ApiVersion,
        ["kind"] = ImageBuild.KindName,
        ["name"] = (string?)build["metadata"]!["name"],
        ["uid"] = (string?)build["metadata"]!["uid"],
        ["controller"] = true,
    };

    private static object Build(string name) => new
    {
        apiVersion = GroupVersion.ApiVersion,
        kind = ImageBuild.KindName,
        metadata = new { name },
        spec = new { templateRef = new { name = "web" } },
    };

    private static object Template() => new
    {
        apiVersion = GroupVersion.ApiVersion,
        kind = "ImageTemplate",
        metadata = new { name = "web" },
        spec = new
        {
            timeout = "2h",
            communicator = new { ssh = new { user = "debian" } },
            targets = new[]
            {
                new
                {
                    name = "lab",
                    qemu = new { source = new { hostPath = new { path = "/srv/images/base.qcow2" }, checksum = "sha256:" + new string('0', 64) }, output = new { hostPath = new { path = "/srv/out" } } },
                },
            },
            provisioners = new object[]
            {
                new { name = "packages", shell = new { inline = new[] { "apt-get update", "apt-get install -y nginx" } } },
                new { name = "settings", shell = new { inline = new[] { "printf 'server { listen 80; }' > /etc/nginx/sites-enabled/default", "systemctl enable nginx" } } },
            },
        },
    };

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, object? body, string type = Json)
    {
        using var request = new HttpRequestMessage(method, new Uri(plane.Address, path));
        if (body is not null) request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        using var response = await plane.Http.SendAsync(request).ConfigureAwait(false);
        var text = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"{method} {path}: {text}");
        return JsonNode.Parse(text)!;
    }
}
