using System.Text.Json;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Substitution;
using ImageOperator.Api.Targets;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Masking;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Steps;

namespace ImageOperator.Engine.Builds;

/// <summary>Expands the expressions of a template with the values of one target's run. What comes of secrets is masked from then on.</summary>
internal sealed class Expressions
{
    private readonly SecretMasker _masker;
    private ExpressionValues _values;
    private string? _password;

    public Expressions(BuildPlan plan, DateTimeOffset startTime)
    {
        _masker = plan.Masker;
        _values = ExpressionValues.Of(plan.Template.Parameters, plan.Parameters).At(startTime)
            .With(KnownNames.BuildId, plan.Identity.Uid)
            .With(KnownNames.BuildName, plan.Identity.Name)
            .With(KnownNames.TargetName, plan.Identity.Target)
            .With(KnownNames.TargetPlatform, TargetPlatform.Of(plan.Target))
            .With(KnownNames.WorkspacePath, plan.Folders.Workspace);
    }

    /// <summary>The values that are known by now.</summary>
    public ExpressionValues Values => _values;

    public void SetSource(SourceImage source) => _values = _values
        .With(KnownNames.SourceId, source.Id).With(KnownNames.SourceName, source.Name).With(KnownNames.SourceDigest, source.Digest);

    /// <summary>The texts of the values of look-ups, by name: what digests are made of.</summary>
    public Dictionary<string, (string Json, bool Sensitive)> Lookups { get; } = new(StringComparer.Ordinal);

    /// <summary>Makes a look-up's value known. A sensitive one is masked from now on.</summary>
    public void SetLookup(string name, JsonElement value, bool sensitive)
    {
        _values = _values.WithLookup(name, value, sensitive);
        Lookups[name] = (value.GetRawText(), sensitive);
        if (!sensitive) return;
        foreach (var part in ParameterTexts.Parts(value)) _masker.Add(part);
    }

    /// <summary>Makes known what steps may say of the machine that they run on. Its password is masked from now on.</summary>
    public void SetMachine(IMachine machine)
    {
        _password = machine.Password;
        if (_password is not null) _masker.Add(_password);
    }

    public Lookup Expand(Lookup lookup) => Checked(SpecExpander.Expand(lookup, _values, $"lookups[{lookup.Name}]"));

    public Target Expand(Target target) => Checked(SpecExpander.Expand(target, _values, $"targets[{target.Name}]"));

    public Communicator Expand(Communicator communicator) => Checked(SpecExpander.Expand(communicator, _values, "communicator"));

    /// <param name="run">The step, with the values of its item.</param>
    /// <param name="list">The field that it stands in.</param>
    public Provisioner Expand(Unrolled<Provisioner> run, string list) => Checked(SpecExpander.Expand(run.Step, OnMachine(run.Values), $"{list}[{run.Name}]"));

    /// <param name="run">The test, with the values of its item.</param>
    public ImageTest Expand(Unrolled<ImageTest> run) => Checked(SpecExpander.Expand(run.Step, OnMachine(run.Values), $"tests[{run.Name}]"));

    /// <summary>The target with what can be expanded expanded.</summary>
    public Target ExpandWherePossible(Target target) => SpecExpander.Expand(target, _values, $"targets[{target.Name}]").Value;

    /// <summary>The communicator with what can be expanded expanded.</summary>
    public Communicator ExpandWherePossible(Communicator communicator) => SpecExpander.Expand(communicator, _values, "communicator").Value;

    // Steps are chosen before there is a machine.
    private ExpressionValues OnMachine(ExpressionValues values) => values.WithSecret(KnownNames.MachinePassword, _password);

    private T Checked<T>(Expanded<T> result)
    {
        foreach (var secret in result.Secrets) _masker.Add(secret);
        if (result.Errors.Count == 0) return result.Value;
        throw new PlatformException(
            FailureKind.Terminal,
            Reasons.TemplateInvalid,
            string.Join("; ", result.Errors.Select(e => $"{e.Path}: {e.Message}")),
            "correct the template or the build's parameters");
    }
}
