using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Conditions;
using k8s;
using k8s.Models;
using Types = ImageOperator.Api.Conditions.ConditionTypes;

namespace ImageOperator.Testing.Status;

/// <summary>The contract of docs/spec for the status of every kind, checked on any state of an object, and on what followed what.</summary>
internal static class ConditionContract
{
    private const int LongestMessage = 32768;

    /// <summary>What is against the contract, one line each; nothing for an object that the operator has not seen.</summary>
    /// <param name="before">The state before, of the same object; null if none is known.</param>
    /// <param name="now">The state.</param>
    public static IReadOnlyList<string> Violations(IKubernetesObject<V1ObjectMeta>? before, IKubernetesObject<V1ObjectMeta> now) =>
        Violations(before is null ? null : Json(before), Json(now));

    /// <summary>The same for objects as JSON.</summary>
    public static IReadOnlyList<string> Violations(JsonObject? before, JsonObject now)
    {
        var found = new List<string>();
        var conditions = Conditions(now);
        if (conditions.Count == 0) return found;
        var kind = Text(now, "kind");
        foreach (var condition in conditions) Single(found, kind, now, condition);
        found.AddRange(conditions.GroupBy(c => Text(c, "type")).Where(g => g.Count() > 1).Select(g => $"{g.Key} stands {g.Count()} times"));
        if (Observed(now) is not { } observed) found.Add("observedGeneration is missing");
        else if (observed > Generation(now)) found.Add($"observedGeneration {observed} is beyond generation {Generation(now)}");
        Summary(found, now, conditions);
        if (kind == ImageBuild.KindName) Build(found, now, conditions);
        if (before is not null && Text(before["metadata"], "uid") == Text(now["metadata"], "uid")) Transition(found, before, now);
        return [.. found.Select(f => $"{kind} {Text(now["metadata"], "name")}: {f}")];
    }

    private static void Single(List<string> found, string kind, JsonObject now, JsonNode condition)
    {
        var (type, status, reason, message) = (Text(condition, "type"), Text(condition, "status"), Text(condition, "reason"), Text(condition, "message"));
        if (!Vocabulary.Types.TryGetValue(kind, out var types)) found.Add("the kind has no contract: add it to Vocabulary");
        else if (!types.Contains(type)) found.Add($"{type} is no condition of the kind");
        if (status is not ("True" or "False" or "Unknown")) found.Add($"{type} has status \"{status}\"");
        if (Vocabulary.AbnormalTrue.Contains(type) && status != "True") found.Add($"{type} is {status}: it must be True or absent");
        if (!Vocabulary.Reasons.Contains(reason)) found.Add($"{type} has reason \"{reason}\", which is not in Reasons");
        if (string.IsNullOrWhiteSpace(message)) found.Add($"{type} has no message");
        if (message.Length > LongestMessage) found.Add($"{type} has a message of {message.Length} characters");
        if (!DateTimeOffset.TryParse(Text(condition, "lastTransitionTime"), CultureInfo.InvariantCulture, out _)) found.Add($"{type} has no lastTransitionTime");
        if (Number(condition["observedGeneration"]) != Observed(now)) found.Add($"{type} speaks of generation {condition["observedGeneration"]}, status of {Observed(now)}");
    }

    /// <summary>Ready follows from the abnormal ones, and kstatus from all.</summary>
    private static void Summary(List<string> found, JsonObject now, IReadOnlyList<JsonNode> conditions)
    {
        if (Find(conditions, Types.Ready) is not { } ready)
        {
            found.Add("Ready is missing");
            return;
        }

        var (reconciling, stalled) = (Find(conditions, Types.Reconciling), Find(conditions, Types.Stalled));
        if (reconciling is not null && stalled is not null) found.Add("both Reconciling and Stalled");
        var (expected, code) = (reconciling, stalled) switch
        {
            (not null, _) => ("Unknown", KStatusCode.InProgress),
            (_, not null) => ("False", KStatusCode.Failed),
            _ => ("True", KStatusCode.Current),
        };
        if (Text(ready, "status") != expected) found.Add($"Ready is {Text(ready, "status")}, must be {expected}");
        if ((reconciling ?? stalled) is { } abnormal && Text(ready, "reason") != Text(abnormal, "reason")) found.Add($"Ready and {Text(abnormal, "type")} have different reasons");
        if (now["metadata"]?["deletionTimestamp"] is not null) code = KStatusCode.Terminating;
        else if (Observed(now) != Generation(now)) code = KStatusCode.InProgress;
        var computed = KStatusCalculator.Compute(now);
        if (computed.Code != code) found.Add($"kstatus is {computed.Code}, must be {code}");
    }

    private static void Build(List<string> found, JsonObject now, IReadOnlyList<JsonNode> conditions)
    {
        var succeeded = Text(Find(conditions, Types.Succeeded), "status");
        if (succeeded.Length == 0) found.Add("Succeeded is missing");
        if ((succeeded == "Unknown") != (now["status"]?["completionTime"] is null)) found.Add($"Succeeded is {succeeded}, completionTime is {now["status"]?["completionTime"]?.ToString() ?? "not set"}");
        // A build that is being deleted keeps its result while it is cleaned up after.
        if (now["metadata"]?["deletionTimestamp"] is null && succeeded != Text(Find(conditions, Types.Ready), "status")) found.Add($"Succeeded is {succeeded}, Ready is not");
    }

    private static void Transition(List<string> found, JsonObject before, JsonObject now)
    {
        if (Observed(now) < Observed(before)) found.Add($"observedGeneration went back from {Observed(before)} to {Observed(now)}");
        foreach (var condition in Conditions(now))
        {
            var type = Text(condition, "type");
            if (Find(Conditions(before), type) is not { } old) continue;
            var (same, moved) = (Text(old, "status") == Text(condition, "status"), Text(old, "lastTransitionTime") != Text(condition, "lastTransitionTime"));
            if (same && moved) found.Add($"{type}: lastTransitionTime moved although the status stayed {Text(old, "status")}");
            if (type == Types.Succeeded && !same && Text(old, "status") != "Unknown") found.Add($"Succeeded went from {Text(old, "status")} to {Text(condition, "status")}");
        }
    }

    private static JsonObject Json(IKubernetesObject<V1ObjectMeta> obj)
    {
        var json = JsonSerializer.SerializeToNode(obj, obj.GetType(), RuntimeJson.Options)!.AsObject();
        json["kind"] = ResourceKind.Of(obj.GetType()).Kind;
        return json;
    }

    private static IReadOnlyList<JsonNode> Conditions(JsonObject obj) => [.. (obj["status"]?["conditions"] as JsonArray ?? []).Select(c => c!)];

    private static JsonNode? Find(IEnumerable<JsonNode> conditions, string type) => conditions.FirstOrDefault(c => Text(c, "type") == type);

    private static long? Observed(JsonObject obj) => Number(obj["status"]?["observedGeneration"]);

    private static long? Generation(JsonObject obj) => Number(obj["metadata"]?["generation"]);

    private static long? Number(JsonNode? node) => node?.GetValue<long>();

    private static string Text(JsonNode? node, string name) => node?[name]?.GetValue<string>() ?? "";
}
