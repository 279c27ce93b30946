using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Templates;
using ImageOperator.Controller.Tests.Builds;
using ImageOperator.Controller.Tests.Platforms;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Conditions;

namespace ImageOperator.Controller.Tests.GitOps;

/// <summary>An object in some state, as the operator's own decisions make it: samples that cannot fall behind.</summary>
/// <param name="Name">Which state.</param>
/// <param name="Json">The object.</param>
internal sealed record Sample(string Name, JsonObject Json)
{
    /// <summary>Every state of the decision tables, and the moments before the operator has seen a change.</summary>
    public static IReadOnlyList<Sample> All { get; } = [.. Decided(), .. Decided().Select(s => s.Unseen()), .. Decided().Select(s => s.Changed())];

    public bool IsSeen => Json["status"]?["conditions"] is JsonArray { Count: > 0 };

    public bool IsDeleting => Json["metadata"]?["deletionTimestamp"] is not null;

    public KStatusCode KStatus => KStatusCalculator.Compute(Json).Code;

    /// <summary>The reason of Ready.</summary>
    public string Reason => (string?)(Json["status"]?["conditions"] as JsonArray)?.FirstOrDefault(c => (string?)c!["type"] == "Ready")?["reason"] ?? "";

    public bool IsSuspended => Reason is "Suspended" or "TemplateSuspended";

    private static IEnumerable<Sample> Decided()
    {
        foreach (var row in BuildDecisionTests.Table)
        {
            if (BuildDecision.Decide(row.Given).Status is { } status) yield return new($"ImageBuild, {row.When}", ToJson(row.Given.Build with { Status = status }, ImageBuild.KindName));
        }

        foreach (var (when, spec, missing) in new (string, ImageTemplateSpec, string[])[]
        {
            ("valid", Given.Template, []),
            ("suspended", Given.Template with { Suspend = true }, []),
            ("invalid", Given.Template with { Targets = [Given.Target("lab"), Given.Target("lab")] }, []),
            ("a ConfigMap missing", Given.Template, ["spec.workspace[0].configMap: ConfigMap x does not exist"]),
        })
        {
            var template = new ImageTemplate { Metadata = new() { Name = "web", NamespaceProperty = "ns", Generation = 3 }, Spec = spec };
            var status = TemplateVerdict.Of(template, missing, []).ToStatus(template, TimeProvider.System);
            var json = ToJson(template with { Status = status }, ImageTemplate.KindName);
            yield return new($"ImageTemplate, {when}", json);
            yield return new($"ClusterImageTemplate, {when}", OfKind(json, ClusterImageTemplate.KindName));
        }

        foreach (var (when, platform) in ProbeDecisionTests.States)
        {
            var json = ToJson(platform, ImagePlatform.KindName);
            yield return new($"ImagePlatform, {when}", json);
            yield return new($"ClusterImagePlatform, {when}", OfKind(json, ClusterImagePlatform.KindName));
        }
    }

    /// <summary>The cluster's kinds are decided about by the same code.</summary>
    private static JsonObject OfKind(JsonObject json, string kind)
    {
        var other = json.DeepClone().AsObject();
        other["kind"] = kind;
        return other;
    }

    private Sample Unseen()
    {
        var json = Json.DeepClone().AsObject();
        json.Remove("status");
        return new($"{Name}, not seen yet", json);
    }

    private Sample Changed()
    {
        var json = Json.DeepClone().AsObject();
        json["metadata"]!["generation"] = json["metadata"]!["generation"]!.GetValue<long>() + 1;
        return new($"{Name}, changed since", json);
    }

    private static JsonObject ToJson<T>(T obj, string kind)
    {
        var json = JsonSerializer.SerializeToNode(obj, RuntimeJson.Options)!.AsObject();
        json["kind"] = kind;
        return json;
    }
}
