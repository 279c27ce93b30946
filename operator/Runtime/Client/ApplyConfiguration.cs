using System.Text.Json.Nodes;

namespace ImageOperator.Runtime.Client;

internal static class ApplyConfiguration
{
    /// <summary>A copy with the fields that identify the object.</summary>
    public static JsonObject Complete(JsonObject configuration, ResourceKind kind, ObjectKey key)
    {
        var complete = configuration.DeepClone().AsObject();
        complete["apiVersion"] = kind.ApiVersion;
        complete["kind"] = kind.Kind;
        if (complete["metadata"] is not JsonObject metadata)
        {
            complete["metadata"] = metadata = [];
        }

        metadata["name"] = key.Name;
        if (key.Namespace.Length > 0)
        {
            metadata["namespace"] = key.Namespace;
        }

        return complete;
    }

    /// <summary>Takes away what the server writes, so that an object that was read can be applied.</summary>
    public static JsonObject WithoutServerFields(JsonObject configuration, bool keepStatus)
    {
        if (configuration["metadata"] is JsonObject metadata)
        {
            foreach (var name in (string[])["managedFields", "resourceVersion", "uid", "creationTimestamp", "deletionTimestamp", "generation", "selfLink"])
            {
                metadata.Remove(name);
            }
        }

        if (!keepStatus)
        {
            configuration.Remove("status");
        }

        return configuration;
    }
}
