using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using ImageOperator.Api;
using ImageOperator.Eng.ApiGenerator.Docs;

namespace ImageOperator.Eng.ApiGenerator.Crds;

/// <summary>Turns a C# type into a structural OpenAPI schema: System.Text.Json's exporter says the shape, our attributes the rest.</summary>
internal sealed class SchemaExport(XmlDocs docs)
{
    private static readonly Dictionary<Type, object> DefaultInstances = [];

    private readonly HashSet<Type> open = [];

    /// <param name="type">The type of <c>spec</c> or <c>status</c>.</param>
    /// <param name="observed">A status: nothing is filled in, and its copies of spec types were validated when they were spec.</param>
    public JsonObject Export(Type type, bool observed)
    {
        var options = new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) => Transform(context, node, observed),
        };
        return (JsonObject)ApiJson.Options.GetJsonSchemaAsNode(type, options);
    }

    private JsonObject Transform(JsonSchemaExporterContext context, JsonNode node, bool observed)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        var schema = Schema(type, node, observed);
        if (context.PropertyInfo?.AttributeProvider is not System.Reflection.PropertyInfo property)
        {
            // An item of a list.
            if (type is { IsClass: true } && IsOurs(type)) schema["description"] = docs.Of(type);
            return schema.Ordered();
        }

        if (IsOurs(property.DeclaringType!))
        {
            Attributes.Apply(schema, property, type, observed);
            schema["description"] = docs.Of(property);
            // Kubernetes 1.20 takes the empty text for null, and refuses the CRD; left out, it is the types' own default.
            if (!observed && !context.PropertyInfo.IsRequired && DefaultOf(property) is { } value && value.ToJsonString() != "\"\"") schema["default"] = value;
        }

        return schema.Ordered();
    }

    private JsonObject Schema(Type type, JsonNode node, bool observed)
    {
        // The exporter refers back to a type that it has seen; a structural schema has no references.
        if (node is JsonObject reference && reference.ContainsKey("$ref"))
        {
            if (!open.Add(type)) throw new InvalidOperationException($"{type} is recursive: a structural schema cannot be");
            var copy = Export(type, observed);
            open.Remove(type);
            return copy;
        }

        var schema = KnownTypes.Schema(type) ?? Normalize(type, node);
        Attributes.Apply(schema, type, type, observed);
        return schema;
    }

    private static JsonObject Normalize(Type type, JsonNode node)
    {
        var schema = node as JsonObject ?? [];
        if (schema["type"] is JsonArray types) schema["type"] = types.First(t => (string?)t != "null")!.DeepClone();
        // What the exporter says of a list of anything.
        if ((string?)schema["type"] == "array" && schema["items"] is not JsonObject)
        {
            schema["items"] = new JsonObject { ["x-kubernetes-preserve-unknown-fields"] = true };
        }

        if (type.IsEnum)
        {
            schema["type"] = "string";
            schema["enum"] = new JsonArray([.. schema["enum"]!.AsArray().Where(v => v is not null).Select(v => v!.DeepClone())]);
        }

        return schema;
    }

    private static bool IsOurs(Type type) => type.Namespace!.StartsWith("ImageOperator", StringComparison.Ordinal);

    private static JsonNode? DefaultOf(System.Reflection.PropertyInfo property)
    {
        var declaring = property.DeclaringType!;
        // What types have in common has the same defaults in each of them.
        if (declaring.IsAbstract) declaring = declaring.Assembly.GetTypes().First(t => !t.IsAbstract && t.IsSubclassOf(property.DeclaringType!));
        if (!DefaultInstances.TryGetValue(declaring, out var instance)) DefaultInstances[declaring] = instance = Activator.CreateInstance(declaring)!;
        var value = property.GetValue(instance);
        return JsonSerializer.SerializeToNode(value, property.PropertyType, ApiJson.Options) switch
        {
            JsonArray { Count: 0 } => null,
            // The API server fills the object's own defaults into the empty object.
            JsonObject when value is System.Collections.IEnumerable => null,
            JsonObject => new JsonObject(),
            var other => other,
        };
    }
}
