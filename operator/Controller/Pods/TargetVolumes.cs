using System.Text.RegularExpressions;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Substitution;
using ImageOperator.Api.Targets.Qemu;

namespace ImageOperator.Controller.Pods;

/// <summary>The volumes that a target's source and output need.</summary>
internal static partial class TargetVolumes
{
    public static IEnumerable<MountedVolume> Of(PodPlan plan)
    {
        if (plan.Target.Qemu is not { } qemu) yield break;
        var expressions = BuildExpressions.Of(plan.Build, plan.Target);
        if (Output(plan, qemu.Output, expressions) is { } output) yield return output;
        if (qemu.Source.HostPath is { } file)
        {
            var path = Expanded(file.Path, expressions, "source.hostPath.path");
            yield return Host("source", PodPaths.Source, path[..Math.Max(1, path.LastIndexOf('/'))], create: false);
        }
        else if (qemu.Source.PersistentVolumeClaim is { } source)
        {
            yield return PodVolumes.At("source", PodPaths.Source, v => v.PersistentVolumeClaim = new() { ClaimName = source.ClaimName }, readOnly: true);
        }
    }

    /// <summary>A plan looks at earlier results, if there are any, and writes nothing.</summary>
    private static MountedVolume? Output(PodPlan plan, QemuOutput output, ExpressionValues expressions)
    {
        if (plan.Build.Spec.PlanOnly && plan.Earlier.Count == 0) return null;
        if (output.HostPath is { } folder) return Host("output", PodPaths.Output, Expanded(folder.Path, expressions, "output.hostPath.path"), create: true);
        return output.PersistentVolumeClaim is { } claim
            ? PodVolumes.At("output", PodPaths.Output, v => v.PersistentVolumeClaim = new() { ClaimName = claim.ClaimName })
            : null;
    }

    private static MountedVolume Host(string name, string at, string path, bool create) =>
        PodVolumes.At(name, at, v => v.HostPath = new() { Path = path, Type = create ? "DirectoryOrCreate" : "Directory" }, readOnly: !create);

    /// <summary>A parameter's value must not lead out of the folder that the template's author had in mind.</summary>
    private static string Expanded(string text, ExpressionValues expressions, string field)
    {
        var path = Expander.Expand(text, expressions, out var errors);
        if (errors.Count > 0) throw new PodPlanException($"qemu.{field}: {(errors[0].Unknown is { } name ? $"$({name}) is not known before the pod runs" : errors[0].ToString())}");
        return AbsolutePath().IsMatch(path) ? path : throw new PodPlanException($"qemu.{field}: \"{path}\" is not an absolute path without \"..\"");
    }

    [GeneratedRegex(HostPathFile.AbsolutePathPattern)]
    private static partial Regex AbsolutePath();
}
