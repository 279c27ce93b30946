using System.Text.Json.Nodes;
using ImageOperator.Runtime.Client;
using k8s.Models;

namespace ImageOperator.Runtime.Tests.Testbed;

internal static class WidgetCrd
{
    private const string Manifest = """
        {
          "metadata": {"name": "widgets.runtime.test"},
          "spec": {
            "group": "runtime.test", "scope": "Namespaced", "names": {"kind": "Widget", "listKind": "WidgetList", "plural": "widgets", "singular": "widget"},
            "versions": [{"name": "v1", "served": true, "storage": true, "subresources": {"status": {}}, "schema": {"openAPIV3Schema": {"type": "object", "properties": {
              "spec": {"type": "object", "properties": {
                "shade": {"type": "string", "enum": ["dark-red", "light-blue"]}, "fit": {"type": "string"}, "span": {"type": "string"}, "size": {"type": "integer", "maximum": 10},
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}},
              "status": {"type": "object", "properties": {
                "phase": {"type": "string"}, "observedGeneration": {"type": "integer", "format": "int64"},
                "conditions": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"], "items": {"type": "object", "required": ["type"], "properties": {
                  "type": {"type": "string"}, "status": {"type": "string"}, "reason": {"type": "string"}, "message": {"type": "string"},
                  "lastTransitionTime": {"type": "string", "format": "date-time"}, "observedGeneration": {"type": "integer", "format": "int64"}}}},
                "targets": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"], "items": {"type": "object", "required": ["name"], "properties": {
                  "name": {"type": "string"}, "attempt": {"type": "integer", "format": "int32"}, "stage": {"type": "string"}}}}}}}}}}]
          }
        }
        """;

    /// <summary>Installs the kind and waits until it is served.</summary>
    public static async Task InstallAsync(IClient client, CancellationToken cancellationToken)
    {
        await client.ApplyAsync<V1CustomResourceDefinition>(
            new("", "widgets.runtime.test"), JsonNode.Parse(Manifest)!.AsObject(), new("runtime-tests") { Force = true }, cancellationToken);
        await Eventually.True(async () =>
        {
            try
            {
                await client.ListPageAsync<Widget>(new() { Limit = 1 }, cancellationToken);
                return true;
            }
            catch (ApiException)
            {
                return false;
            }
        });
    }
}
