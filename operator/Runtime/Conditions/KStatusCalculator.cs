using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Runtime.Client;

namespace ImageOperator.Runtime.Conditions;

/// <summary>kstatus's generic rules, which are those for custom resources. (It has further ones for some built-in kinds.)</summary>
public static class KStatusCalculator
{
    /// <summary>Computes the status of any object; null is <see cref="KStatusCode.NotFound"/>.</summary>
    public static KStatus Compute(object? resource)
    {
        if (resource is null)
        {
            return new(KStatusCode.NotFound, "NotFound", "Resource not found");
        }

        var node = resource as JsonNode ?? JsonSerializer.SerializeToNode(resource, RuntimeJson.Options);
        var metadata = node?["metadata"];
        var status = node?["status"];
        if (metadata?["deletionTimestamp"] is not null)
        {
            return new(KStatusCode.Terminating, "Terminating", "Resource scheduled for deletion");
        }

        if (status?["observedGeneration"] is { } observed && metadata?["generation"] is { } generation && observed.GetValue<long>() != generation.GetValue<long>())
        {
            return new(KStatusCode.InProgress, "LatestGenerationNotObserved", $"{generation} is the generation, {observed} was observed");
        }

        return OfConditions(status?["conditions"] as JsonArray ?? []);
    }

    private static KStatus OfConditions(JsonArray conditions)
    {
        // In the order of the list, as kstatus does: the first abnormal condition decides.
        foreach (var condition in conditions)
        {
            switch (Text(condition, "type"), Text(condition, "status"))
            {
                case (ConditionTypes.Reconciling, "True"):
                    return Of(KStatusCode.InProgress, condition);
                case (ConditionTypes.Stalled, "True"):
                    return Of(KStatusCode.Failed, condition);
            }
        }

        var ready = conditions.FirstOrDefault(c => Text(c, "type") == ConditionTypes.Ready);
        return Text(ready, "status") switch
        {
            "" => new(KStatusCode.Current, "", "Resource is current"),
            "True" => Of(KStatusCode.Current, ready),
            _ => Of(KStatusCode.InProgress, ready),
        };
    }

    private static KStatus Of(KStatusCode code, JsonNode? condition) => new(code, Text(condition, "reason"), Text(condition, "message"));

    private static string Text(JsonNode? node, string name) => node?[name]?.GetValue<string>() ?? "";
}
