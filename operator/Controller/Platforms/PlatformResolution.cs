using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Validation;

namespace ImageOperator.Controller.Platforms;

/// <summary>A template with the defaults of the platforms that its targets refer to; or why it cannot be had (yet).</summary>
/// <param name="Template">The template; its targets hold what they are built with.</param>
/// <param name="Snapshots">The platforms, as they are now.</param>
/// <param name="Errors">What no waiting mends.</param>
/// <param name="Waiting">What is waited for.</param>
internal sealed record PlatformResolution(
    ImageTemplateSpec Template, IReadOnlyList<PlatformSnapshot> Snapshots, IReadOnlyList<ValidationError> Errors, PlatformResolution.Wait? Waiting)
{
    /// <summary>What is waited for: a reason of the build's conditions, and words.</summary>
    internal sealed record Wait(string Reason, string Message);

    /// <param name="template">The template.</param>
    /// <param name="built">The names of the targets to build; the others are left alone.</param>
    /// <param name="found">What their references lead to.</param>
    /// <param name="namespace">The build's namespace.</param>
    /// <param name="path">Where the template stands, for errors.</param>
    public static PlatformResolution Resolve(
        ImageTemplateSpec template, IReadOnlyList<string> built, IReadOnlyList<PlatformObservation> found, string @namespace, string path)
    {
        PlatformObservation[] platforms = [.. References(template, built).Select(r => found.FirstOrDefault(p => p.Reference == r) ?? new(r, null, Allowed: false))];
        if (platforms.Length == 0) return new(template, [], [], null);
        var targets = new List<Target>();
        var errors = new List<ValidationError>();
        foreach (var (target, index) in template.Targets.Select((t, i) => (t, i)))
        {
            var seen = target.PlatformRef is { } reference && built.Contains(target.Name) ? platforms.FirstOrDefault(p => p.Reference == reference) : null;
            if (seen is not { Platform: { } platform, Allowed: true })
            {
                targets.Add(target);
                continue;
            }

            var merged = PlatformDefaults.Apply(target, platform.Settings);
            errors.AddRange(PlatformFit.Check(merged, seen.Reference, platform.Settings, $"{path}.targets[{index}]"));
            targets.Add(merged);
        }

        return new(template with { Targets = targets }, [.. platforms.Where(p => p.Platform is not null).Select(Snapshot)], errors, WaitFor(platforms, @namespace));
    }

    /// <summary>The references of the targets that are built, each once.</summary>
    public static IReadOnlyList<PlatformReference> References(ImageTemplateSpec template, IReadOnlyList<string> built) =>
        [.. template.Targets.Where(t => built.Contains(t.Name)).Select(t => t.PlatformRef).OfType<PlatformReference>().Distinct()];

    private static Wait? WaitFor(IReadOnlyList<PlatformObservation> platforms, string @namespace)
    {
        var waits = platforms.Select(p => p switch
        {
            { Platform: null } => new Wait(Reasons.PlatformNotFound, $"{p.Reference} does not exist: waiting for it."),
            { Allowed: false } => new Wait(
                Reasons.PlatformNotAllowed, $"{p.Reference} does not allow namespace {@namespace}: waiting until its allowedNamespaces name or select it."),
            { IsReady: false } => new Wait(Reasons.PlatformNotReady, $"{p.Reference} is not ready: {p.WhyNotReady ?? "it was not probed yet"}"),
            _ => null,
        }).OfType<Wait>().ToArray();
        return waits.Length == 0 ? null : new(waits[0].Reason, string.Join(" ", waits.Select(w => w.Message)));
    }

    private static PlatformSnapshot Snapshot(PlatformObservation seen) => new()
    {
        Kind = seen.Reference.Kind,
        Name = seen.Reference.Name,
        Uid = seen.Platform!.Metadata.Uid,
        Generation = seen.Platform.Metadata.Generation ?? 0,
        // Limits are looked up when a build starts; who may use it was decided.
        Spec = seen.Platform.Settings with { Limits = null },
    };
}
