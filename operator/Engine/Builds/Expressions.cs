using System.Globalization;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Substitution;
using ImageOperator.Api.Targets;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Engine.Builds;

/// <summary>Expands the <c>$(…)</c> of a template with the values of one target's run.</summary>
internal sealed class Expressions
{
    private readonly Dictionary<string, string> _values;

    public Expressions(BuildPlan plan, DateTimeOffset startTime)
    {
        _values = new(StringComparer.Ordinal)
        {
            ["build.id"] = plan.Identity.Uid,
            ["build.name"] = plan.Identity.Name,
            ["build.time"] = startTime.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture),
            ["target.name"] = plan.Identity.Target,
            ["workspace.path"] = plan.Folders.Workspace,
        };
        foreach (var (name, value) in plan.Parameters) _values[$"params.{name}"] = value;
    }

    public void SetSource(SourceImage source) => _values["source.id"] = source.Id;

    public Target Expand(Target target) => Checked(SpecExpander.Expand(target, _values, $"targets[{target.Name}]"));

    public Communicator Expand(Communicator communicator) => Checked(SpecExpander.Expand(communicator, _values, "communicator"));

    public Provisioner Expand(Provisioner step, string list) => Checked(SpecExpander.Expand(step, _values, $"{list}[{step.Name}]"));

    public ImageTest Expand(ImageTest test) => Checked(SpecExpander.Expand(test, _values, $"tests[{test.Name}]"));

    /// <summary>The target with what can be expanded expanded.</summary>
    public Target ExpandWherePossible(Target target) => SpecExpander.Expand(target, _values, $"targets[{target.Name}]").Value;

    /// <summary>The communicator with what can be expanded expanded.</summary>
    public Communicator ExpandWherePossible(Communicator communicator) => SpecExpander.Expand(communicator, _values, "communicator").Value;

    private static T Checked<T>(Expanded<T> result) => result.Errors.Count == 0
        ? result.Value
        : throw new PlatformException(
            FailureKind.Terminal,
            Reasons.TemplateInvalid,
            string.Join("; ", result.Errors.Select(e => $"{e.Path}: {e.Message}")),
            "correct the template or the build's parameters");
}
