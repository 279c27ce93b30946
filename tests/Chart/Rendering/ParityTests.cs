using System.Text.Json.Nodes;
using ImageOperator.Chart.Tests.Support;

namespace ImageOperator.Chart.Tests.Rendering;

/// <summary>config/default and the chart with its defaults are two ways to the same objects.</summary>
public sealed class ParityTests
{
    /// <summary>What only helm writes: whose release an object is, and what makes new pods when settings change.</summary>
    private static readonly string[] OfHelm =
        ["helm.sh/chart", "app.kubernetes.io/instance", "app.kubernetes.io/version", "app.kubernetes.io/managed-by", "checksum/config", "helm.sh/resource-policy"];

    [Fact]
    public async Task Kustomize_AndHelm_MakeTheSame()
    {
        var kustomize = Normal(RenderedObject.All(await Helm.KubectlAsync(["kustomize", "config/default"])));
        var helm = Normal(await Helm.TemplateAsync("--kube-version", Matrix.Newest));

        // Helm makes the namespace with --create-namespace; its test is a hook.
        kustomize.Remove($"v1 Namespace /{Helm.Namespace}");
        Assert.Equal(kustomize.Keys, helm.Keys);
        Assert.All(kustomize, k => Assert.Equal(k.Value, helm[k.Key]));
    }

    private static SortedDictionary<string, string> Normal(IEnumerable<RenderedObject> objects) => new(
        objects.Where(o => !IsTest(o)).ToDictionary(o => o.Id, o => JsonText.Sorted(Normal(o))),
        StringComparer.Ordinal);

    private static JsonNode? Normal(RenderedObject rendered)
    {
        // The file in a ConfigMap is text: its spaces do not count.
        if (rendered.Json["data"]?["config.json"] is { } text) rendered.Json["data"]!["config.json"] = JsonText.Sorted(JsonNode.Parse(text.GetValue<string>()));
        return WithoutEmpty(OfHelm.Aggregate<string, JsonNode?>(rendered.Json, JsonText.Without));
    }

    private static bool IsTest(RenderedObject rendered) => rendered.Json["metadata"]?["annotations"]?["helm.sh/hook"] is not null;

    private static JsonNode? WithoutEmpty(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(m => KeyValuePair.Create(m.Key, WithoutEmpty(m.Value))).Where(m => m is not { Key: "annotations", Value: JsonObject { Count: 0 } })),
        JsonArray list => new JsonArray([.. list.Select(WithoutEmpty)]),
        _ => node?.DeepClone(),
    };
}
