using System.Text.Json.Nodes;

namespace ImageOperator.Eng.ApiGenerator.Crds;

/// <summary>
/// Each object within a status is one value with one owner (<c>x-kubernetes-map-type: atomic</c>): it is written and removed as a
/// whole. Kubernetes 1.20 leaves a null, which it then refuses, where server-side apply removes all fields of an object.
/// </summary>
internal static class AtomicObjects
{
    public static JsonObject Mark(JsonObject status)
    {
        if (status["properties"] is not JsonObject properties) return status;
        foreach (var (_, value) in properties)
        {
            if (value is not JsonObject property) continue;
            if ((string?)property["type"] == "object") property["x-kubernetes-map-type"] = "atomic";
            else if ((string?)property["x-kubernetes-list-type"] == "map" && property["items"] is JsonObject items) Mark(items);
        }

        return status;
    }
}
