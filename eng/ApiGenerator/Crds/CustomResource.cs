using System.Reflection;
using System.Text.Json.Nodes;
using ImageOperator.Api;
using ImageOperator.Api.Schema;
using ImageOperator.Eng.ApiGenerator.Docs;
using k8s.Models;

namespace ImageOperator.Eng.ApiGenerator.Crds;

/// <summary>A top-level kind, ready to be written as a CustomResourceDefinition.</summary>
internal sealed record CustomResource(Type Type, string Kind, string Plural, JsonObject Schema, JsonObject Definition)
{
    public string FileName => $"{GroupVersion.Group}_{Plural}.yaml";

    public static CustomResource Of(Type type, XmlDocs docs)
    {
        var entity = type.GetCustomAttribute<KubernetesEntityAttribute>()!;
        var schema = RootSchema(type, docs);
        return new(type, entity.Kind, entity.PluralName, schema, Define(type, entity, schema));
    }

    private static JsonObject RootSchema(Type type, XmlDocs docs)
    {
        var export = new SchemaExport(docs);
        var spec = type.GetProperty("Spec")!;
        var status = type.GetProperty("Status")!;
        var root = new JsonObject
        {
            ["description"] = docs.Of(type),
            ["type"] = "object",
            ["required"] = new JsonArray("spec"),
            ["properties"] = new JsonObject
            {
                ["apiVersion"] = new JsonObject { ["description"] = $"The API group and version: {GroupVersion.ApiVersion}.", ["type"] = "string" },
                ["kind"] = new JsonObject { ["description"] = $"The kind: {type.Name}.", ["type"] = "string" },
                ["metadata"] = new JsonObject { ["type"] = "object" },
                ["spec"] = Described(export.Export(spec.PropertyType, observed: false), docs.Of(spec)),
                ["status"] = Described(AtomicObjects.Mark(export.Export(status.PropertyType, observed: true)), docs.Of(status)),
            },
        };
        SpecCopies.Shorten(root);
        Attributes.Apply(root, type, type, observed: false);
        return root.Ordered();
    }

    private static JsonObject Described(JsonObject schema, string description)
    {
        schema["description"] = description;
        return schema.Ordered();
    }

    private static JsonObject Define(Type type, KubernetesEntityAttribute entity, JsonObject schema)
    {
        var resource = type.GetCustomAttribute<ResourceAttribute>()!;
        return new()
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = $"{entity.PluralName}.{GroupVersion.Group}" },
            ["spec"] = new JsonObject
            {
                ["group"] = GroupVersion.Group,
                ["scope"] = resource.ClusterScoped ? "Cluster" : "Namespaced",
                ["names"] = new JsonObject
                {
                    ["kind"] = entity.Kind,
                    ["listKind"] = entity.Kind + "List",
                    ["plural"] = entity.PluralName,
                    ["singular"] = entity.Kind.ToLowerInvariant(),
                    ["shortNames"] = Strings(resource.ShortNames),
                    ["categories"] = Strings(resource.Categories),
                },
                ["versions"] = new JsonArray(new JsonObject
                {
                    ["name"] = GroupVersion.Version,
                    ["served"] = true,
                    ["storage"] = true,
                    ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
                    ["additionalPrinterColumns"] = new JsonArray([.. type.GetCustomAttributes<PrinterColumnAttribute>().Select(Column)]),
                    ["schema"] = new JsonObject { ["openAPIV3Schema"] = schema.DeepClone() },
                }),
            },
        };
    }

    private static JsonNode Column(PrinterColumnAttribute column)
    {
        var result = new JsonObject { ["name"] = column.Name, ["type"] = column.Type, ["jsonPath"] = column.JsonPath };
        if (column.Priority != 0) result["priority"] = column.Priority;
        if (column.Description is not null) result["description"] = column.Description;
        return result;
    }

    private static JsonArray Strings(string[] values) => new([.. values.Select(v => (JsonNode)v)]);
}
