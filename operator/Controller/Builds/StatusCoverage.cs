using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Runtime.Client;

namespace ImageOperator.Controller.Builds;

/// <summary>Whether a write would change nothing.</summary>
internal static class StatusCoverage
{
    // Only the operator writes these; leaving one out is a change too.
    private static readonly string[] TargetFields = ["attempt", "admittedTime", "podName"];

    /// <summary>All that the operator wants to be there is there, and nothing of its own that it does not want.</summary>
    public static bool IsCovered(ImageBuildStatus desired, ImageBuildStatus? observed)
    {
        if (observed is null) return false;
        // Lists by key: their order is the server's.
        return Same(desired with { Targets = null, Conditions = null }, observed with { Targets = null, Conditions = null })
            && Same((desired.Conditions ?? []).OrderBy(c => c.Type, StringComparer.Ordinal), (observed.Conditions ?? []).OrderBy(c => c.Type, StringComparer.Ordinal))
            && (desired.Targets ?? []).All(t => observed.Targets?.FirstOrDefault(o => o.Name == t.Name) is { } o && IsCovered(t, o));
    }

    private static bool IsCovered(TargetStatus desired, TargetStatus observed)
    {
        var wanted = Json(desired)!.AsObject();
        var there = Json(observed)!.AsObject();
        return wanted.All(p => JsonNode.DeepEquals(p.Value, there[p.Key])) && TargetFields.All(f => JsonNode.DeepEquals(wanted[f], there[f]));
    }

    private static bool Same<T>(T a, T b) => JsonNode.DeepEquals(Json(a), Json(b));

    private static JsonNode? Json<T>(T value) => JsonSerializer.SerializeToNode(value, RuntimeJson.Options);
}
