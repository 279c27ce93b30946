using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Chart.Tests.Support;

namespace ImageOperator.Chart.Tests.Rendering;

/// <summary>config/default and the chart with its defaults are two ways to the same objects.</summary>
public sealed class ParityTests
{
    /// <summary>What only helm writes: whose release an object is, and what makes new pods when settings change.</summary>
    private static readonly string[] OfHelm =
        ["helm.sh/chart", "app.kubernetes.io/instance", "app.kubernetes.io/version", "app.kubernetes.io/managed-by", "checksum/config", "helm.sh/resource-policy"];

    [Theory]
    [InlineData("config/default", "webhook.enabled=false")]
    [InlineData("config/overlays/webhook", "webhook.enabled=true")]
    [InlineData("config/overlays/flux-sources", "rbac.fluxSources=true,webhook.enabled=false")]
    [InlineData("config/overlays/cert-manager", "webhook.certManager.enabled=true")]
    public async Task Kustomize_AndHelm_MakeTheSame(string folder, string values)
    {
        var kustomize = Normal(RenderedObject.All(await Helm.KubectlAsync(["kustomize", folder])));
        var helm = Normal(await Helm.TemplateAsync("--kube-version", Matrix.Newest, "--set", values));

        // Helm makes the namespace with --create-namespace; its test is a hook.
        kustomize.Remove($"v1 Namespace /{Helm.Namespace}");
        Assert.Equal(kustomize.Keys, helm.Keys);
        Assert.All(kustomize, k => Assert.Equal(k.Value, helm[k.Key]));
    }

    private static SortedDictionary<string, string> Normal(IReadOnlyList<RenderedObject> all)
    {
        var objects = all.Where(o => !IsTest(o)).ToArray();
        var settings = Settings(objects);
        return new(objects.ToDictionary(o => o.Id, o => JsonText.Sorted(WithoutEmpty(OfHelm.Aggregate<string, JsonNode?>(o.Json, JsonText.Without)))), StringComparer.Ordinal)
        {
            ["settings"] = settings,
        };
    }

    /// <summary>Kustomize's overlays say settings by environment variables, the chart by its file: what comes out of them counts.</summary>
    private static string Settings(IReadOnlyCollection<RenderedObject> objects)
    {
        var data = objects.Single(o => o.Kind == "ConfigMap").Json["data"]!;
        var file = data["config.json"]!.GetValue<string>();
        data["config.json"] = "";
        var container = objects.Single(o => o.Kind == "Deployment").Json["spec"]!["template"]!["spec"]!["containers"]![0]!.AsObject();
        var environment = (container["env"]?.AsArray() ?? []).Select(e => KeyValuePair.Create(e!["name"]!.ToString(), (string?)e["value"]!.ToString())).ToArray();
        container.Remove("env");
        return JsonText.Sorted(JsonSerializer.SerializeToNode(EffectiveSettings.Of(file, environment))) + JsonText.Sorted(JsonNode.Parse(file)!["Logging"]);
    }

    private static bool IsTest(RenderedObject rendered) => rendered.Json["metadata"]?["annotations"]?["helm.sh/hook"] is not null;

    private static JsonNode? WithoutEmpty(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(m => KeyValuePair.Create(m.Key, WithoutEmpty(m.Value))).Where(m => m is not { Key: "annotations", Value: JsonObject { Count: 0 } })),
        // Ports, volumes and mounts: their order means nothing.
        JsonArray list when list.All(i => i is JsonObject map && map["name"] is JsonValue) => new JsonArray([.. list.Select(WithoutEmpty).OrderBy(i => i!["name"]!.ToString(), StringComparer.Ordinal)]),
        JsonArray list => new JsonArray([.. list.Select(WithoutEmpty)]),
        _ => node?.DeepClone(),
    };
}
