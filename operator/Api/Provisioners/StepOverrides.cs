using System.Text.Json;
using System.Text.Json.Nodes;

namespace ImageOperator.Api.Provisioners;

/// <summary>Merges what a step says for a target into the step.</summary>
public static class StepOverrides
{
    /// <summary>The fields that an override cannot change: they say which step it is, and for whom.</summary>
    public static IReadOnlyList<string> Fixed { get; } = ["name", "onlyTargets", "exceptTargets", "overrides"];

    /// <summary>The step as it is for the target, without overrides.</summary>
    /// <exception cref="JsonException">The merged step is none: an override has a value of a wrong type.</exception>
    public static T For<T>(T step, IReadOnlyDictionary<string, JsonElement>? overrides, string target)
        where T : StepKinds
    {
        if (overrides is null || !overrides.TryGetValue(target, out var change) || change.ValueKind != JsonValueKind.Object) return step;
        return Merge(step, change).Deserialize<T>(ApiJson.Options)!;
    }

    /// <summary>The step with the change merged in, as JSON.</summary>
    public static JsonObject Merge<T>(T step, JsonElement change)
        where T : StepKinds
    {
        var json = JsonSerializer.SerializeToNode(step, ApiJson.Options)!.AsObject();
        json.Remove("overrides");
        Merge(json, JsonObject.Create(change)!);
        return json;
    }

    // A JSON merge patch (RFC 7386).
    private static void Merge(JsonObject into, JsonObject change)
    {
        foreach (var (name, value) in change)
        {
            if (value is null) into.Remove(name);
            else if (value is JsonObject inner && into[name] is JsonObject existing) Merge(existing, inner);
            else into[name] = value.DeepClone();
        }
    }
}
