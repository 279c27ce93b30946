using System.Reflection;
using System.Text;
using ImageOperator.Api;
using ImageOperator.Api.Schema;
using ImageOperator.Eng.ApiGenerator.Crds;
using ImageOperator.Eng.ApiGenerator.Docs;

namespace ImageOperator.Eng.ApiGenerator.Reference;

/// <summary>The Markdown reference of one kind.</summary>
internal static class KindPage
{
    public static string Write(CustomResource resource, XmlDocs docs)
    {
        var attribute = resource.Type.GetCustomAttribute<ResourceAttribute>()!;
        var text = new StringBuilder();
        text.Append($"""
            # {resource.Kind}

            {docs.Of(resource.Type, markdown: true)}

            `apiVersion: {GroupVersion.ApiVersion}`, `kind: {resource.Kind}`, {(attribute.ClusterScoped ? "cluster-scoped" : "namespaced")}; short name `{string.Join("`, `", attribute.ShortNames)}`.

            """);
        foreach (var rule in resource.Type.GetCustomAttributes<CelRuleAttribute>()) text.Append($"\nRule: {rule.Message}.\n");
        foreach (var name in new[] { "Spec", "Status" })
        {
            var property = resource.Type.GetProperty(name)!;
            var section = new FieldTable(docs);
            section.Add(name.ToLowerInvariant(), property.PropertyType, resource.Schema["properties"]![name.ToLowerInvariant()]!.AsObject());
            text.Append($"\n## {name}\n\n{docs.Of(property, markdown: true)}\n{section}");
        }

        return text.Replace("\r", "").ToString();
    }
}
