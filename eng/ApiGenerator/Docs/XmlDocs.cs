using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ImageOperator.Eng.ApiGenerator.Docs;

/// <summary>The summaries of an assembly's XML documentation; remembers what has none.</summary>
internal sealed partial class XmlDocs
{
    private readonly Dictionary<string, XElement> summaries;
    private readonly SortedSet<string> missing = new(StringComparer.Ordinal);

    private XmlDocs(Dictionary<string, XElement> summaries) => this.summaries = summaries;

    public IReadOnlyCollection<string> Missing => missing;

    public static XmlDocs Load(Assembly assembly)
    {
        var document = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"));
        var summaries = new Dictionary<string, XElement>(StringComparer.Ordinal);
        foreach (var member in document.Descendants("member"))
        {
            if (member.Attribute("name") is { } name && member.Element("summary") is { } summary) summaries[name.Value] = summary;
        }

        return new(summaries);
    }

    public string Of(Type type, bool markdown = false) => Find($"T:{type.FullName}", markdown);

    public string Of(PropertyInfo property, bool markdown = false) => Find($"P:{property.DeclaringType!.FullName}.{property.Name}", markdown);

    public string Of(FieldInfo field, bool markdown = false) => Find($"F:{field.DeclaringType!.FullName}.{field.Name}", markdown);

    private string Find(string id, bool markdown)
    {
        if (summaries.TryGetValue(id, out var summary))
        {
            var text = string.Concat(summary.Nodes().Select(n => Text(n, markdown)));
            text = Whitespace().Replace(text, " ").Trim();
            if (text.Length > 0) return text;
        }

        missing.Add(id);
        return "";
    }

    private static string Text(XNode node, bool markdown) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => see.Attribute("cref")?.Value.Split('.')[^1] ?? see.Value,
        XElement { Name.LocalName: "c" } code when markdown => $"`{code.Value}`",
        XElement element => element.Value,
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
