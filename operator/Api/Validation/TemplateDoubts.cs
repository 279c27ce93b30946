using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api.Common;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Substitution;

namespace ImageOperator.Api.Validation;

/// <summary>What a template may say and hardly means.</summary>
public static class TemplateDoubts
{
    /// <summary>The doubts about a template's spec.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="path">Where it stands: <c>spec.template</c> in a build.</param>
    public static IReadOnlyList<ValidationError> Of(ImageTemplateSpec spec, string path = "spec")
    {
        var doubts = new ErrorList();
        var used = UsedNames(spec);
        for (var i = 0; i < spec.Parameters.Count; i++)
        {
            var parameter = spec.Parameters[i];
            doubts.Require(used.Contains(KnownNames.Parameter(parameter.Name)), $"{path}.parameters[{i}]",
                $"parameter \"{parameter.Name}\" is used nowhere: write $(params.{parameter.Name}) where its value belongs, or remove it");
            doubts.Require(parameter.Sensitive != true || parameter.SecretKeyRef is not null, $"{path}.parameters[{i}].sensitive",
                "its value will stand in each ImageBuild, for all who may read that: take it from a Secret by secretKeyRef");
        }

        Timeouts(doubts, spec, path);
        Lifetimes(doubts, spec, path);
        return doubts.Errors;
    }

    private static void Timeouts(ErrorList doubts, ImageTemplateSpec spec, string path)
    {
        IEnumerable<(Duration? Timeout, string At)> steps =
        [
            .. spec.Provisioners.Select((s, i) => (s.Timeout, $"{path}.provisioners[{i}].timeout")),
            .. spec.Tests.Select((t, i) => (t.Timeout, $"{path}.tests[{i}].timeout")),
        ];
        foreach (var (timeout, at) in steps)
        {
            doubts.Require(timeout is not { } set || set.Value <= spec.Timeout.Value, at, $"never passes: {path}.timeout ends the whole build after {spec.Timeout}");
        }
    }

    private static void Lifetimes(ErrorList doubts, ImageTemplateSpec spec, string path)
    {
        for (var i = 0; i < spec.Targets.Count; i++)
        {
            if (spec.Targets[i].Gcp is not { } gcp) continue;
            doubts.Require(
                gcp.MachineLifetime.Value >= spec.Timeout.Value, $"{path}.targets[{i}].gcp.machineLifetime",
                $"Compute Engine deletes the machine after {gcp.MachineLifetime}, and the build may last {spec.Timeout} ({path}.timeout): raise it, or lower the timeout");
        }
    }

    private static HashSet<string> UsedNames(ImageTemplateSpec spec)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in (IEnumerable<object>)[.. spec.Lookups, .. spec.Targets, spec.Communicator, .. spec.Provisioners, .. spec.OnFailure, .. spec.Tests])
        {
            if (JsonSerializer.SerializeToNode(part, part.GetType(), ApiJson.Options) is not JsonObject json) continue;
            used.UnionWith(ReferencedNames.In(json));
        }

        return used;
    }
}
