using System.Text.Json.Serialization;
using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>A reference to a template.</summary>
public sealed record TemplateReference
{
    /// <summary>The template's name.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern(Names.SubdomainPattern)]
    public required string Name { get; init; }

    /// <summary>The template's kind: an ImageTemplate stands in the build's namespace, a ClusterImageTemplate must allow that namespace.</summary>
    public TemplateKind Kind { get; init; } = TemplateKind.ImageTemplate;
}

/// <summary>The kinds of templates.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TemplateKind>))]
public enum TemplateKind
{
    /// <summary>In the build's namespace.</summary>
    ImageTemplate,

    /// <summary>Of the whole cluster; owned by admins and used by the namespaces that it allows.</summary>
    ClusterImageTemplate,
}
