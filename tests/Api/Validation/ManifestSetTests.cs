using ImageOperator.Api.Tests.Manifests;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Tests.Validation;

public sealed class ManifestSetTests
{
    [Fact]
    public void Validate_BuildOfATemplateInTheSet_IsJudgedByIt()
    {
        var errors = ManifestSet.Validate([Build("{version: 1, x: a}"), ManifestCase.Load("Valid", "full-template").Manifest]);

        Assert.Equal(["spec.targets[0]", "spec.parameters.x", "spec.parameters.version", "spec.parameters.token"], errors.Select(e => e.Error.Path));
        Assert.All(errors, e => Assert.Equal(0, e.Index));
    }

    [Fact]
    public void Validate_BuildOfAnotherTemplate_IsNotJudged() => Assert.Empty(ManifestSet.Validate([Build("{x: a}")]));

    [Fact]
    public void Validate_SameNameTwice_IsRefused()
    {
        var error = Assert.Single(ManifestSet.Validate([Build("{}"), Build("{}")]));

        Assert.Equal((1, "metadata.name"), (error.Index, error.Error.Path));
    }

    private static System.Text.Json.JsonElement Build(string parameters) => Yaml.Parse(
        $"{{apiVersion: imageoperator.dev/v1alpha1, kind: ImageBuild, metadata: {{name: b}}, spec: {{templateRef: {{name: full}}, targets: [nowhere], parameters: {parameters}}}}}");
}
