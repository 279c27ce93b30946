using System.Text.Json.Nodes;
using ImageOperator.Eng.ApiGenerator.Chart;
using k8s;
using YamlDotNet.RepresentationModel;

namespace ImageOperator.Chart.Tests.Support;

/// <summary>An object that helm or kustomize made.</summary>
internal sealed record RenderedObject(JsonObject Json)
{
    public string ApiVersion => Text("apiVersion");

    public string Kind => Text("kind");

    public string Name => Json["metadata"]?["name"]?.GetValue<string>() ?? "";

    public string Namespace => Json["metadata"]?["namespace"]?.GetValue<string>() ?? "";

    public string Id => $"{ApiVersion} {Kind} {Namespace}/{Name}";

    public static IReadOnlyList<RenderedObject> All(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return [.. stream.Documents.Select(d => YamlJson.Of(d.RootNode)).OfType<JsonObject>().Select(o => new RenderedObject(o))];
    }

    /// <summary>As the client's type; a member that the type does not have is an error.</summary>
    public T As<T>() => KubernetesYaml.Deserialize<T>(Json.ToJsonString(), strict: true);

    public override string ToString() => Id;

    private string Text(string member) => Json[member]?.GetValue<string>() ?? "";
}
