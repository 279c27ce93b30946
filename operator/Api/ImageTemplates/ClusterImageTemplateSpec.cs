using ImageOperator.Api.Platforms;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>What to build, and for whom.</summary>
public sealed record ClusterImageTemplateSpec : ImageTemplateSpec
{
    /// <summary>The namespaces whose builds may run the template; none if unset.</summary>
    public AllowedNamespaces? AllowedNamespaces { get; init; }
}
