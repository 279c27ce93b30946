using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Eng.ApiGenerator.Docs;

namespace ImageOperator.Eng.ApiGenerator.Reference;

/// <summary>One heading and table per object of a schema, depth first.</summary>
internal sealed class FieldTable(XmlDocs docs, string heading = "###")
{
    private readonly StringBuilder text = new();

    public void Add(string path, Type type, JsonObject schema)
    {
        var children = new List<(string Path, Type Type, JsonObject Schema)>();
        text.Append($"\n{heading} {path}\n\n");
        foreach (var rule in Constraints.Rules(schema)) text.Append($"- {rule}\n");
        if (Constraints.Rules(schema).Any()) text.Append('\n');
        text.Append("| Field | Type | Default | Constraints | Description |\n| --- | --- | --- | --- | --- |\n");
        foreach (var (name, node) in schema["properties"]!.AsObject())
        {
            var property = PropertyOf(type, name);
            var field = node!.AsObject();
            var required = schema["required"]?.AsArray().Any(r => (string?)r == name) == true;
            text.Append($"| `{path}.{name}` | {Constraints.TypeName(field)} | {Default(field)} | {Cell(Constraints.Of(field, required))} | {Cell(Description(property, field))} |\n");
            if (Inner(field) is { } inner && property is not null) children.Add(($"{path}.{name}{inner.Suffix}", ElementType(property.PropertyType), inner.Schema));
        }

        foreach (var child in children)
        {
            if (child.Type == typeof(ImageTemplateSpec)) text.Append($"\n### {child.Path}\n\nAs `spec` of an [ImageTemplate](imagetemplate.md#spec).\n");
            else Add(child.Path, child.Type, child.Schema);
        }
    }

    public override string ToString() => text.ToString();

    // V1Condition's properties have no documentation of ours; their schema describes itself.
    private string Description(PropertyInfo? property, JsonObject field)
    {
        var ours = property?.DeclaringType!.Namespace!.StartsWith("ImageOperator", StringComparison.Ordinal) == true;
        var description = ours ? docs.Of(property!, markdown: true) : (string?)field["description"] ?? "";
        var type = property is null ? null : ElementType(property.PropertyType);
        if (type is not { IsEnum: true }) return description;
        var values = type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f =>
            $"`{JsonSerializer.SerializeToNode(f.GetValue(null), type, Api.ApiJson.Options)}`: {docs.Of(f, markdown: true)}");
        return $"{description}<br>{string.Join("<br>", values)}";
    }

    private static (JsonObject Schema, string Suffix)? Inner(JsonObject field) =>
        field["properties"] is not null ? (field, "")
        : field["items"] is JsonObject items && items["properties"] is not null ? (items, "[]")
        : null;

    private static PropertyInfo? PropertyOf(Type type, string name) =>
        type.GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);

    private static Type ElementType(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type is { IsGenericType: true, IsInterface: true } ? type.GetGenericArguments()[^1] : type;
    }

    private static string Default(JsonObject field) =>
        field["default"] is not { } value ? "" : Cell($"`{value.ToJsonString(Api.ApiJson.Options)}`");

    private static string Cell(string value) => value.Replace("|", "\\|", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal);
}
