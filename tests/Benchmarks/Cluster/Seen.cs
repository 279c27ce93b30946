using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Benchmarks.Cluster;

/// <summary>An event of a watch, and when it came.</summary>
internal sealed record Seen(DateTimeOffset Time, string Type, JsonNode Object)
{
    public string Name => (string)Object["metadata"]!["name"]!;

    public bool IsPodOf(string build) => Type == "ADDED"
        && Object["metadata"]!["ownerReferences"]?.AsArray().Any(o => (string?)o!["kind"] == ImageBuild.KindName && (string?)o["name"] == build) == true;

    public bool IsEnded(string build) => Name == build && Object["status"]?["conditions"]?.AsArray()
        .Any(c => (string?)c!["type"] == "Succeeded" && (string?)c["status"] != "Unknown") == true;

    public bool IsGone(string build) => Type == "DELETED" && Name == build;

    public ImageBuild AsBuild() => Object.Deserialize<ImageBuild>(ApiJson.Options)!;
}
