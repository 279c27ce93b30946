using ImageOperator.Api.Common;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Schema;
using ImageOperator.Api.Targets;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>What to build.</summary>
public record ImageTemplateSpec
{
    /// <summary>Values that a build may set, used as <c>$(params.NAME)</c>.</summary>
    [ListMapKey("name")]
    [Bounds(Max = 64)]
    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    /// <summary>Values that are looked up when a target's build starts, used as <c>$(lookups.NAME)</c>.</summary>
    [ListMapKey("name")]
    [Bounds(Max = 32)]
    public IReadOnlyList<Lookup> Lookups { get; init; } = [];

    /// <summary>Files for the build, each mounted below the workspace at its <c>path</c>.</summary>
    [ListMapKey("path")]
    [Bounds(Max = 32)]
    public IReadOnlyList<WorkspaceSource> Workspace { get; init; } = [];

    /// <summary>Where to build: one image per target, all targets in parallel.</summary>
    [ListMapKey("name")]
    [Bounds(Min = 1, Max = 32)]
    public required IReadOnlyList<Target> Targets { get; init; }

    /// <summary>How the build talks to the machine.</summary>
    public required Communicator Communicator { get; init; }

    /// <summary>The steps that turn the source image into the result, in order.</summary>
    [ListMapKey("name")]
    [Bounds(Max = 128)]
    public IReadOnlyList<Provisioner> Provisioners { get; init; } = [];

    /// <summary>Steps run on the machine, before it is removed, when a provisioner has failed. Their own failures are reported but change nothing.</summary>
    [ListMapKey("name")]
    [Bounds(Max = 32)]
    public IReadOnlyList<Provisioner> OnFailure { get; init; } = [];

    /// <summary>Tests run on a new machine booted from the captured image. An image whose test fails is not published.</summary>
    [ListMapKey("name")]
    [Bounds(Max = 64)]
    public IReadOnlyList<ImageTest> Tests { get; init; } = [];

    /// <summary>A ConfigMap that says what came out of a build. Unset: none, status says it.</summary>
    public ManifestOutput? Manifest { get; init; }

    /// <summary>How long the build may take, from its start to its end, clean-up not counted.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    public Duration Timeout { get; init; } = Duration.FromMinutes(120);

    /// <summary>Take up no new builds of the template. Those that wait do so until this is false again; those under way go on. Without meaning in a build's own template.</summary>
    public bool Suspend { get; init; }
}
