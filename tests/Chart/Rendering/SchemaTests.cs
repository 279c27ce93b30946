using System.Text.Json.Nodes;
using ImageOperator.Chart.Tests.Support;

namespace ImageOperator.Chart.Tests.Rendering;

/// <summary>Helm refuses what no value may be, and names it.</summary>
public sealed class SchemaTests
{
    /// <summary>Objects whose members only someone else knows.</summary>
    private static readonly string[] Open = ["global", "extraObjects.[]", "extraObjects.[].metadata"];

    [Theory]
    [InlineData("unknown: 1", "unknown")]
    [InlineData("replica: 1", "replica")]
    [InlineData("image: {name: x}", "name")]
    [InlineData("builder: {cache: {size: 1Gi}}", "size")]
    [InlineData("replicas: two", "/replicas")]
    [InlineData("replicas: -1", "/replicas")]
    [InlineData("replicas: 1.5", "/replicas")]
    [InlineData("image: {tag: 'a b'}", "/image/tag")]
    [InlineData("image: {digest: latest}", "/image/digest")]
    [InlineData("image: {digest: 'sha256:abc'}", "/image/digest")]
    [InlineData("image: {pullPolicy: Sometimes}", "/image/pullPolicy")]
    [InlineData("image: {repository: ''}", "/image/repository")]
    [InlineData("logLevel: Verbose", "/logLevel")]
    [InlineData("workers: 0", "/workers")]
    [InlineData("podStartTimeout: 5m", "/podStartTimeout")]
    [InlineData("podStartTimeout: 300", "/podStartTimeout")]
    [InlineData("watchNamespace: Team_A", "/watchNamespace")]
    [InlineData("antiAffinity: soft", "/antiAffinity")]
    [InlineData("affinity: {nodeAffinities: {}}", "nodeAffinities")]
    [InlineData("tolerations: {key: x}", "/tolerations")]
    [InlineData("tolerations: [{key: x, effect: Never}]", "/tolerations/0/effect")]
    [InlineData("topologySpreadConstraints: [{maxSkew: 1}]", "topologyKey")]
    [InlineData("nodeSelector: {a: 1}", "/nodeSelector/a")]
    [InlineData("resources: {requests: {memory: lots}}", "/resources/requests/memory")]
    [InlineData("resources: {request: {}}", "request")]
    [InlineData("podSecurityContext: {runAsUser: 0}", "/podSecurityContext/runAsUser")]
    [InlineData("podSecurityContext: {privileged: true}", "privileged")]
    [InlineData("serviceAccount: {tokenSeconds: 7200}", "/serviceAccount/tokenSeconds")]
    [InlineData("serviceAccount: {tokenSeconds: 60}", "/serviceAccount/tokenSeconds")]
    [InlineData("crds: {keep: 'yes'}", "/crds/keep")]
    [InlineData("builder: {user: 0}", "/builder/user")]
    [InlineData("builder: {cpuRequestFactor: 2}", "/builder/cpuRequestFactor")]
    [InlineData("builder: {cpuRequestFactor: 0}", "/builder/cpuRequestFactor")]
    [InlineData("builder: {scratchSizeLimit: 20GB}", "/builder/scratchSizeLimit")]
    [InlineData("builder: {cache: {kind: NFS}}", "/builder/cache/kind")]
    [InlineData("builder: {cache: {hostPath: relative}}", "/builder/cache/hostPath")]
    [InlineData("builder: {cache: {maxGiB: -1}}", "/builder/cache/maxGiB")]
    [InlineData("builder: {cache: {maxAge: 30d}}", "/builder/cache/maxAge")]
    [InlineData("builder: {kvmResourceName: kvm}", "/builder/kvmResourceName")]
    [InlineData("builder: {image: {digest: 'sha512:00'}}", "/builder/image/digest")]
    [InlineData("networkPolicy: {apiServer: {ports: []}}", "/networkPolicy/apiServer/ports")]
    [InlineData("networkPolicy: {apiServer: {cidrs: [10.0.0.0]}}", "/networkPolicy/apiServer/cidrs/0")]
    [InlineData("extraObjects: [{kind: ConfigMap}]", "apiVersion")]
    [InlineData("extraObjects: {}", "/extraObjects")]
    [InlineData("commonLabels: [a]", "/commonLabels")]
    public async Task Template_WrongValue_IsRefusedByName(string values, string named)
    {
        var result = await Helm.TryAsync(["template", Helm.Release, Helm.Chart, "--values", "-"], input: values);

        Assert.NotEqual(0, result.Code);
        Assert.Contains("values don't meet the specifications of the schema", result.Errors, StringComparison.Ordinal);
        Assert.Contains(named, result.Errors, StringComparison.Ordinal);
    }

    /// <summary>What only together is wrong, templates refuse; the message names the mend.</summary>
    [Theory]
    [InlineData("builder: {cache: {kind: HostPath}}", "builder.cache.hostPath: name the folder")]
    [InlineData("builder: {cache: {kind: PersistentVolumeClaim}}", "builder.cache.claimName: name the claim")]
    [InlineData("serviceAccount: {create: false}", "serviceAccount.name: name an existing service account")]
    public async Task Template_WrongTogether_IsRefusedWithTheMend(string values, string message)
    {
        var result = await Helm.TryAsync(["template", Helm.Release, Helm.Chart, "--values", "-"], input: values);

        Assert.NotEqual(0, result.Code);
        Assert.Contains(message, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_EveryObjectIsClosed()
    {
        List<string> open = [];
        Walk(JsonNode.Parse(File.ReadAllText(Path.Combine(Tool.Root, Helm.Chart, "values.schema.json")))!.AsObject(), "", open);

        Assert.Equal(Open.Order(StringComparer.Ordinal), open.Order(StringComparer.Ordinal));
    }

    private static void Walk(JsonObject schema, string path, List<string> open)
    {
        if (schema["type"]?.ToString() == "object" && schema["additionalProperties"] is not JsonObject && schema["additionalProperties"]?.GetValue<bool>() != false) open.Add(path);
        if (schema["additionalProperties"] is JsonObject others) Walk(others, $"{path}.*", open);
        if (schema["items"] is JsonObject items) Walk(items, $"{path}.[]", open);
        foreach (var (name, member) in schema["properties"]?.AsObject() ?? []) Walk(member!.AsObject(), path.Length == 0 ? name : $"{path}.{name}", open);
    }
}
