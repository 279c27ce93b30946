using ImageOperator.Api.ImageTemplates;
using ImageOperator.Controller.Templates;
using ImageOperator.Controller.Tests.Builds;
using ImageOperator.Runtime.Conditions;
using ImageOperator.Testing.Status;

namespace ImageOperator.Controller.Tests.Templates;

public sealed class TemplateVerdictTests
{
    [Theory]
    [InlineData("valid", true, "Valid", KStatusCode.Current)]
    [InlineData("invalid", false, "Invalid", KStatusCode.Failed)]
    [InlineData("missing", false, "ReferenceNotFound", KStatusCode.Failed)]
    [InlineData("suspended", true, "Suspended", KStatusCode.Current)]
    public void Of_Case_ConditionsAndKStatus(string what, bool ready, string reason, KStatusCode code)
    {
        var template = Template(what switch
        {
            "invalid" => Given.Template with { Targets = [Given.Target("lab"), Given.Target("lab")] },
            "suspended" => Given.Template with { Suspend = true },
            _ => Given.Template,
        });

        var verdict = TemplateVerdict.Of(template, what == "missing" ? ["spec.workspace[0].configMap: ConfigMap x does not exist"] : [], []);
        var status = verdict.ToStatus(template, TimeProvider.System);

        Assert.Equal((ready, reason), (verdict.Ready, verdict.Reason));
        Assert.Equal(code, KStatusCalculator.Compute(template with { Status = status }).Code);
        Assert.Equal(!ready, status.Conditions!.IsTrue(ConditionTypes.Stalled));
        Assert.Equal(template.Metadata.Generation, status.ObservedGeneration);
        Assert.Empty(ConditionContract.Violations(template, template with { Status = status }));
    }

    [Fact]
    public void ToStatus_AskedToReconcile_SaysWhichRequestWasHandled()
    {
        var template = Template(Given.Template);
        template.Metadata.Annotations = new Dictionary<string, string> { ["imageoperator.dev/reconcile-requested-at"] = "1" };
        var handled = template with { Status = TemplateVerdict.Of(template, [], []).ToStatus(template, TimeProvider.System) };
        template.Metadata.Annotations.Clear();

        Assert.Equal("1", handled.Status.LastHandledReconcileAt);
        Assert.Equal("1", TemplateVerdict.Of(handled, [], []).ToStatus(handled, TimeProvider.System).LastHandledReconcileAt);
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
