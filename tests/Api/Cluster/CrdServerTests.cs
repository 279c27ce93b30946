using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Tests.Manifests;

[assembly: AssemblyFixture(typeof(ImageOperator.Api.Tests.Cluster.CrdServer))]

namespace ImageOperator.Api.Tests.Cluster;

[Trait("Category", "Cluster")]
public sealed class CrdServerTests(CrdServer fixture)
{
    private readonly string space = $"t{Guid.NewGuid():n}"[..12];

    [Theory]
    [MemberData(nameof(ManifestCase.Invalid), MemberType = typeof(ManifestCase))]
    public async Task Create_Invalid_IsRefusedAtTheField(string name)
    {
        var given = ManifestCase.Load("Invalid", name);

        var answer = await CreateAsync(JsonNode.Parse(given.Manifest.GetRawText())!);

        if (!given.ByApply)
        {
            Assert.True(answer.Ok, $"the server refuses it: mark it `# by: apply`\n{answer}");
            return;
        }

        Assert.False(answer.Ok, "the server accepts it: mark it `# by: imagectl` if no schema can refuse it");
        foreach (var expected in given.Expected) Assert.True(Names(answer, expected.Path), $"{expected.Path} is not named: {string.Join(", ", answer.Fields)}\n{answer}");
    }

    [Theory]
    [MemberData(nameof(ManifestCase.Valid), MemberType = typeof(ManifestCase))]
    public async Task Create_Valid_IsAcceptedAndDefaultedAsInCSharp(string name)
    {
        var manifest = JsonNode.Parse(ManifestCase.Load("Valid", name).Manifest.GetRawText())!.AsObject();

        var answer = await CreateAsync(manifest);

        Assert.True(answer.Ok, answer.ToString());
        var (sent, stored) = (string?)manifest["kind"] switch
        {
            ImageTemplate.KindName => Both<ImageTemplateSpec>(manifest, answer),
            ClusterImageTemplate.KindName => Both<ClusterImageTemplateSpec>(manifest, answer),
            ImagePlatform.KindName => Both<ImagePlatformSpec>(manifest, answer),
            ClusterImagePlatform.KindName => Both<ClusterImagePlatformSpec>(manifest, answer),
            _ => Both<ImageBuildSpec>(manifest, answer),
        };
        Assert.Equal(sent, stored);
        // What C# fills in is all that the server fills in, but for empty lists.
        Assert.Equal(WithoutEmpty(stored), WithoutEmpty(answer.Body["spec"]!.ToJsonString()));
    }

    private Task<Answer> CreateAsync(JsonNode manifest)
    {
        // What is of no kind of ours is refused whereever it is sent.
        var kind = (string?)manifest["kind"] ?? "";
        var plural = TestServer.Crds().Select(c => c["spec"]!["names"]!).Where(n => (string?)n["kind"] == kind).Select(n => (string)n["plural"]!).FirstOrDefault(ImageTemplate.PluralName);
        var scope = kind.StartsWith("Cluster", StringComparison.Ordinal) ? "" : $"namespaces/{space}/";
        return fixture.Server.CreateAsync($"apis/imageoperator.dev/v1alpha1/{scope}{plural}?fieldValidation=Strict&dryRun=All", manifest);
    }

    private static (string Sent, string Stored) Both<T>(JsonObject manifest, Answer answer) => (RoundTrip<T>(manifest["spec"]!), RoundTrip<T>(answer.Body["spec"]!));

    // A rule without a field points at its object; a document of a wrong kind has no fields yet.
    private static bool Names(Answer answer, string path) =>
        path is "kind" or "apiVersion" || (path.StartsWith("metadata", StringComparison.Ordinal) && answer.Message.Contains("name", StringComparison.Ordinal))
        || answer.Fields.Any(f => f == path || (f.Length > 0 && path.StartsWith(f + ".", StringComparison.Ordinal) && f != "spec"))
        || answer.Message.Contains($"\"{path[..path.LastIndexOf('.')]}\" must not validate the schema", StringComparison.Ordinal);

    private static string RoundTrip<T>(JsonNode spec)
    {
        var value = DropNulls(spec.DeepClone()).Deserialize<T>(ApiJson.Options);
        return Sorted(JsonSerializer.SerializeToNode(value, ApiJson.Options)).ToJsonString();
    }

    private static string WithoutEmpty(string json) => Sorted(JsonNode.Parse(json)!, dropEmpty: true).ToJsonString();

    private static JsonNode DropNulls(JsonNode node)
    {
        if (node is not JsonObject members) return node;
        foreach (var (name, _) in members.Where(m => m.Value is null).ToList()) members.Remove(name);
        return node;
    }

    private static JsonNode Sorted(JsonNode? node, bool dropEmpty = false) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(m => m.Key, StringComparer.Ordinal)
            .Where(m => !dropEmpty || m.Value is not (JsonArray { Count: 0 } or JsonObject { Count: 0 }) || m.Key is "sudo" or "selector" or "emptyDir" or "installer" || StepKind.All.Any(k => k.Name == m.Key))
            .Select(m => KeyValuePair.Create(m.Key, (JsonNode?)Sorted(m.Value, dropEmpty)))),
        JsonArray items => new JsonArray([.. items.Select(i => Sorted(i, dropEmpty))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String && Common(value.GetValue<string>()) is { } text => text,
        // Free form keeps its nulls.
        _ => node?.DeepClone()!,
    };

    // 90s and 1m30s are the same duration, 1024Mi and 1Gi the same quantity.
    private static string? Common(string text) =>
        Api.Common.Duration.TryParse(text, out var duration) ? duration.ToString()
        : Api.Common.Quantity.TryParse(text, out var quantity) && !long.TryParse(text, out _) ? quantity.ToString() : null;
}
