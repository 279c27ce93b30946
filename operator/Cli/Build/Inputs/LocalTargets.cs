using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Api.Validation;
using ImageOperator.Cli.Hosting;

namespace ImageOperator.Cli.Build.Inputs;

/// <summary>The chosen targets, made fit for a machine without volumes.</summary>
internal static class LocalTargets
{
    /// <exception cref="UsageException">A target is unknown, or needs a volume of a cluster.</exception>
    public static ImageTemplateSpec Apply(ImageTemplateSpec template, IReadOnlyList<string>? ofBuild, BuildOptions options)
    {
        var chosen = Choose(template, options.Targets.Count > 0 ? options.Targets : ofBuild);
        var local = template with
        {
            Targets = [.. template.Targets.Select(t => chosen.Contains(t.Name) && options.OutputFolder is { } folder ? WithOutput(t, folder) : t)],
            Tests = options.SkipTests ? [] : template.Tests,
        };
        foreach (var target in local.Targets.Where(t => chosen.Contains(t.Name))) Check(target);
        return local;
    }

    /// <summary>The names of the targets to build, in the template's order.</summary>
    public static IReadOnlyList<string> Choose(ImageTemplateSpec template, IReadOnlyList<string>? names)
    {
        var known = template.Targets.Select(t => t.Name).ToList();
        if (names?.FirstOrDefault(n => !known.Contains(n)) is { } unknown) throw new UsageException($"there is no target \"{unknown}\"; targets are {string.Join(", ", known)}");
        return names is null ? known : [.. known.Where(names.Contains)];
    }

    private static Target WithOutput(Target target, string folder)
    {
        if (target.Qemu is not { } qemu) return target;
        var changed = target with { Qemu = qemu with { Output = qemu.Output with { HostPath = new() { Path = folder }, PersistentVolumeClaim = null } } };
        var wrong = ExpandedValidator.Validate(new Target { Name = target.Name, Qemu = changed.Qemu with { Source = Harmless } }, "").Any(e => e.Path.EndsWith("output.hostPath.path", StringComparison.Ordinal));
        return wrong ? throw new UsageException($"--output-dir {folder}: use a path of letters, digits and . _ @ % + = : , ~ - only") : changed;
    }

    private static QemuSource Harmless { get; } = new() { HostPath = new() { Path = "/x" }, Checksum = $"sha256:{new string('0', 64)}" };

    private static void Check(Target target)
    {
        if (target.Qemu?.Source.PersistentVolumeClaim is { } source)
        {
            throw new UsageException($"target \"{target.Name}\" starts from PersistentVolumeClaim \"{source.ClaimName}\", and there are no claims without a cluster: use url or hostPath");
        }

        if (target.Publish.FirstOrDefault(p => p.PersistentVolumeClaim is not null) is { } entry)
        {
            throw new UsageException($"target \"{target.Name}\" is published to PersistentVolumeClaim \"{entry.PersistentVolumeClaim!.ClaimName}\", and there are no claims without a cluster: remove that entry");
        }

        if (target.Qemu?.Output.PersistentVolumeClaim is { } output)
        {
            throw new UsageException($"target \"{target.Name}\" writes to PersistentVolumeClaim \"{output.ClaimName}\", and there are no claims without a cluster: say where with --output-dir, or use hostPath");
        }
    }
}
