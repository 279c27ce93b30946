using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Tracing;
using ImageOperator.Engine.Masking;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Builds;

/// <summary>What one run of the engine has to do: one target of one build.</summary>
public sealed record BuildPlan
{
    /// <summary>Which build, target and attempt.</summary>
    public required BuildIdentity Identity { get; init; }

    /// <summary>The template's snapshot, <c>$(…)</c> not yet expanded.</summary>
    public required ImageTemplateSpec Template { get; init; }

    /// <summary>The parameters' values as texts, those of sensitive parameters included.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>What must never be shown.</summary>
    public required SecretMasker Masker { get; init; }

    /// <summary>The build's folders.</summary>
    public required BuildFolders Folders { get; init; }

    /// <summary>The ImagePlatform that the target refers to; null without one.</summary>
    public PlatformAccess? Platform { get; init; }

    /// <summary>Where the spec's volumes stand.</summary>
    public required IVolumeMap Volumes { get; init; }

    /// <summary>Results that the target may take instead of building, newest first.</summary>
    public IReadOnlyList<EarlierResult> Earlier { get; init; } = [];

    /// <summary>The key of the hashes of sensitive parameters. Null: they are compared with nothing.</summary>
    public ReadOnlyMemory<byte>? Salt
    {
        get;

        // A null array becomes an empty memory on its way here.
        init => field = value is { IsEmpty: false } ? value : null;
    }

    /// <summary>Build although a result of the same inputs exists.</summary>
    public bool Force { get; init; }

    /// <summary>Tell what would be done, and do nothing.</summary>
    public bool PlanOnly { get; init; }

    /// <summary>The build's trace; without one the run makes a trace of its own, if anybody listens.</summary>
    public TraceParent? Trace { get; init; }

    /// <summary>The target of the template.</summary>
    /// <exception cref="InvalidOperationException">The template has no such target.</exception>
    public Target Target => Template.Targets.FirstOrDefault(t => t.Name == Identity.Target)
        ?? throw new InvalidOperationException($"the template has no target {Identity.Target}");
}
