using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Inputs;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Substitution;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Steps;

namespace ImageOperator.Engine.Inputs;

/// <summary>
/// Collects what one target's result depends on. Texts count as they stand in the template, and each parameter that they use counts
/// by its value: so a change is told by its cause, and what differs in every build (<c>build.name</c>, <c>build.id</c>,
/// <c>build.time</c>, <c>workspace.path</c>, <c>machine.password</c>) does not count.
/// </summary>
internal sealed partial class InputCollector(BuildPlan plan, SourceImage source, WorkspaceInputs workspace, IReadOnlyDictionary<string, (string Json, bool Sensitive)> lookups)
{
    /// <summary>Raised when the engine makes another image of the same inputs: then everything is built anew, once.</summary>
    private const string EngineVersion = "1";

    /// <summary>The name of the input that the source image is.</summary>
    public const string SourceName = "source";

    private readonly InputList _list = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <exception cref="IOException">A file of the workspace cannot be read.</exception>
    public InputList Collect(CancellationToken cancellationToken)
    {
        _list.Add("engine", EngineVersion, EngineVersion);
        AddSource(_list, source);
        AddFields("", Counted(plan.Target));
        AddFields("communicator.", Counted(plan.Template.Communicator));
        foreach (var step in plan.Template.Provisioners.Where(p => StepControls.IsFor(plan.Identity.Target, p.OnlyTargets, p.ExceptTargets)))
        {
            _list.Add($"provisioners[{step.Name}]", Counted(StepOverrides.For(step, step.Overrides, plan.Identity.Target)).ToJsonString());
        }

        foreach (var test in plan.Template.Tests.Where(t => StepControls.IsFor(plan.Identity.Target, t.OnlyTargets, t.ExceptTargets)))
        {
            _list.Add($"tests[{test.Name}]", Counted(StepOverrides.For(test, test.Overrides, plan.Identity.Target)).ToJsonString());
        }

        if (_names.Contains(KnownNames.SourceId)) _list.Add(KnownNames.SourceId, source.Id, source.Id);
        if (_names.Contains(KnownNames.SourceName)) _list.Add(KnownNames.SourceName, source.Name ?? "", source.Name);
        AddParameters();
        AddLookups();
        workspace.AddTo(_list, cancellationToken);
        return _list;
    }

    /// <summary>The source image: its digest, else its ID.</summary>
    public static void AddSource(InputList list, SourceImage source)
    {
        var identity = source.Digest ?? source.Id;
        list.Add(SourceName, identity, ShortSum(identity));
    }

    private JsonObject Counted<T>(T part)
        where T : class
    {
        var counted = CountedFields.Of(part);
        _names.UnionWith(ReferencedNames.In(counted));
        return counted;
    }

    private void AddFields(string prefix, JsonObject fields)
    {
        foreach (var (name, node) in fields)
        {
            if (node is JsonObject inner) AddFields($"{prefix}{name}.", inner);
            else if (node is JsonValue value && value.TryGetValue<string>(out var text)) _list.Add(prefix + name, text, text);
            else _list.Add(prefix + name, node!.ToJsonString(), node.ToJsonString());
        }
    }

    private void AddParameters()
    {
        var salted = default(SaltedHash);
        foreach (var parameter in plan.Template.Parameters.Where(p => _names.Contains(KnownNames.Parameter(p.Name))))
        {
            var name = KnownNames.Parameter(parameter.Name);
            // Unset is not the same as empty.
            if (!plan.Parameters.TryGetValue(parameter.Name, out var value)) continue;
            if (parameter.IsSensitive) _list.Add(name, (salted ??= new(plan.Salt)).Of(name, value));
            else _list.Add(name, value, value);
        }
    }

    private void AddLookups()
    {
        foreach (var (name, (json, sensitive)) in lookups.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            var known = KnownNames.Lookup(name);
            if (!_names.Contains(known)) continue;
            if (sensitive) _list.Add(known, new SaltedHash(plan.Salt).Of(known, json));
            else _list.Add(known, json, json);
        }
    }

    // A sum is told apart by its first digits; whole it would fill the line.
    private static string ShortSum(string identity) => LongSum().Match(identity) is { Success: true } sum ? sum.Groups[1].Value : identity;

    [GeneratedRegex("^(sha[0-9]+:[0-9a-f]{12})[0-9a-f]{28,}$")]
    private static partial Regex LongSum();
}
