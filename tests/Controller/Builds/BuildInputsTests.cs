using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Controller.Builds;

namespace ImageOperator.Controller.Tests.Builds;

public sealed class BuildInputsTests
{
    private static readonly ImageTemplateSpec Template = Given.Template with
    {
        Parameters =
        [
            new() { Name = "mirror", ConfigMapKeyRef = new() { Name = "site", Key = "mirror" }, Pattern = "https://.*" },
            new() { Name = "limits", Type = ParameterType.Map, ConfigMapKeyRef = new() { Name = "site", Key = "limits" } },
            new() { Name = "size", Type = ParameterType.Number, Default = JsonSerializer.SerializeToElement(3) },
        ],
    };

    [Fact]
    public void Resolve_TakesTheBuildsValueThenTheConfigMapsThenTheDefault()
    {
        var inputs = BuildInputs.Resolve(Build(("mirror", "https://b.example.com")), Template, Values(("limits", "web: 2\ndb: {max: [1]}\n")));

        Assert.Empty(inputs.Errors);
        Assert.Equal(["mirror: \"https://b.example.com\"", "limits: {\"db\":{\"max\":[1]},\"web\":2}", "size: 3"], inputs.Parameters.Select(p => $"{p.Key}: {p.Value.GetRawText()}"));
    }

    [Theory]
    [InlineData("ftp://a", "{}", "ConfigMap site, key mirror: \"ftp://a\" does not match the pattern https://.*")]
    [InlineData("https://a", "- a", "ConfigMap site, key limits: is no value of type map, as parameter \"limits\" is: correct it there")]
    [InlineData("https://a", "a: &x 1", null)]
    [InlineData("https://a", "a: *x", "ConfigMap site, key limits: is no value of type map")]
    public void Resolve_WrongValue_NamesTheConfigMap(string mirror, string limits, string? error)
    {
        var inputs = BuildInputs.Resolve(Build(), Template, Values(("mirror", mirror), ("limits", limits)));

        if (error is null) Assert.Empty(inputs.Errors);
        else Assert.StartsWith(error, Assert.Single(inputs.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void TakeUp_ConfigMapMissing_WaitsAndSaysWhy()
    {
        var decision = BuildDecision.Decide(Given.New() with { Template = Template, ConfigMapValues = Values(("mirror", null), ("limits", "{}")) });

        var ready = decision.Status!.Conditions!.Single(c => c.Type == "Ready");
        Assert.Equal(("Unknown", "ReferenceNotFound"), (ready.Status, ready.Reason));
        Assert.Equal("ConfigMap site, key mirror does not exist: waiting for it, or set parameter \"mirror\" in the build.", ready.Message);
        Assert.Null(decision.Status.Template);
    }

    private static ImageBuild Build(params (string Name, string Value)[] parameters)
    {
        var build = Given.Build();
        build.Spec = build.Spec with { Parameters = parameters.ToDictionary(p => p.Name, p => JsonSerializer.SerializeToElement(p.Value)) };
        return build;
    }

    private static Dictionary<string, ConfigMapValue> Values(params (string Name, string? Text)[] values) =>
        values.ToDictionary(v => v.Name, v => new ConfigMapValue(new() { Name = "site", Key = v.Name }, v.Text));
}
