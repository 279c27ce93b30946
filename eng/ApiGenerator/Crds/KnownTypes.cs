using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api.Common;
using k8s.Models;

namespace ImageOperator.Eng.ApiGenerator.Crds;

/// <summary>The schemas of types whose JSON form the exporter cannot know.</summary>
internal static class KnownTypes
{
    private const string Condition = """
        {
          "type": "object",
          "required": ["lastTransitionTime", "message", "reason", "status", "type"],
          "properties": {
            "lastTransitionTime": {"type": "string", "format": "date-time",
              "description": "When the condition last passed from one status to another."},
            "message": {"type": "string", "maxLength": 32768, "description": "A message for people about the transition."},
            "observedGeneration": {"type": "integer", "format": "int64", "minimum": 0,
              "description": "The metadata.generation that the condition was set for."},
            "reason": {"type": "string", "minLength": 1, "maxLength": 1024, "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$",
              "description": "The reason of the last transition, in CamelCase."},
            "status": {"type": "string", "enum": ["True", "False", "Unknown"], "description": "One of True, False, Unknown."},
            "type": {"type": "string", "maxLength": 316,
              "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$",
              "description": "The type of the condition, in CamelCase."}
          }
        }
        """;

    public static JsonObject? Schema(Type type)
    {
        if (type == typeof(Duration)) return new() { ["type"] = "string" };
        if (type == typeof(Quantity)) return new() { ["x-kubernetes-int-or-string"] = true, ["minimum"] = 0, ["maximum"] = Quantity.MaxBytes };
        if (type == typeof(int)) return new() { ["type"] = "integer", ["format"] = "int32" };
        if (type == typeof(long)) return new() { ["type"] = "integer", ["format"] = "int64" };
        if (type == typeof(DateTimeOffset)) return new() { ["type"] = "string", ["format"] = "date-time" };
        if (type == typeof(JsonElement)) return new() { ["x-kubernetes-preserve-unknown-fields"] = true };
        return type == typeof(V1Condition) ? JsonNode.Parse(Condition)!.AsObject() : null;
    }
}
