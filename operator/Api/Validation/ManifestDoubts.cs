using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Api.Validation;

/// <summary>What is allowed and yet hardly meant.</summary>
public static class ManifestDoubts
{
    /// <summary>The doubts about one document, by what stands in it alone. None about a document that cannot be read.</summary>
    public static IReadOnlyList<ValidationError> Of(JsonElement manifest) => ManifestValidator.Read(manifest).Spec switch
    {
        ImageTemplateSpec template => TemplateDoubts.Of(template),
        ImageBuildSpec { Template: { } template } => TemplateDoubts.Of(template, "spec.template"),
        _ => [],
    };
}
