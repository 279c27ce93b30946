using ImageOperator.Api.ImageTemplates;
using ImageOperator.Controller.Templates;
using ImageOperator.Controller.Tests.Builds;
using ImageOperator.Runtime.Conditions;

namespace ImageOperator.Controller.Tests.Templates;

public sealed class TemplateVerdictTests
{
    [Theory]
    [InlineData("valid", true, "Valid", KStatusCode.Current)]
    [InlineData("invalid", false, "Invalid", KStatusCode.Failed)]
    [InlineData("missing", false, "ReferenceNotFound", KStatusCode.Failed)]
    public void Of_Case_ConditionsAndKStatus(string what, bool ready, string reason, KStatusCode code)
    {
        var template = Template(what == "invalid" ? Given.Template with { Targets = [Given.Target("lab"), Given.Target("lab")] } : Given.Template);

        var verdict = TemplateVerdict.Of(template, what == "missing" ? ["spec.workspace[0].configMap: ConfigMap x does not exist"] : [], []);
        var status = verdict.ToStatus(template, TimeProvider.System);

        Assert.Equal((ready, reason), (verdict.Ready, verdict.Reason));
        Assert.Equal(code, KStatusCalculator.Compute(template with { Status = status }).Code);
        Assert.Equal(!ready, status.Conditions!.IsTrue(ConditionTypes.Stalled));
        Assert.Equal(template.Metadata.Generation, status.ObservedGeneration);
    }

    [Fact]
    public void Of_Mended_StalledGoes()
    {
        var template = Template(Given.Template);
        var stalled = template with { Status = TemplateVerdict.Of(template, ["x"], []).ToStatus(template, TimeProvider.System) };

        var status = TemplateVerdict.Of(stalled, [], []).ToStatus(stalled, TimeProvider.System);

        Assert.Null(status.Conditions!.Find(ConditionTypes.Stalled));
        Assert.True(status.Conditions!.IsTrue(ConditionTypes.Ready));
    }

    private static ImageTemplate Template(ImageTemplateSpec spec) => new() { Metadata = new() { Name = "web", NamespaceProperty = "ns", Generation = 3 }, Spec = spec };
}
