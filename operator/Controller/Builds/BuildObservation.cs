using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Flux;
using ImageOperator.Controller.Platforms;
using ImageOperator.Controller.Pods;
using ImageOperator.Controller.Queue;
using ImageOperator.Runtime.Conditions;
using k8s.Models;

namespace ImageOperator.Controller.Builds;

/// <summary>All that a decision about a build is made from.</summary>
internal sealed record BuildObservation
{
    public required ImageBuild Build { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>The template referred to, read from the server; needed only until the snapshot is taken.</summary>
    public ImageTemplateSpec? Template { get; init; }

    /// <summary>The template lets builds of this namespace run it.</summary>
    public bool TemplateAllowed { get; init; } = true;

    /// <summary>The platforms that the targets refer to; needed only until the snapshot is taken.</summary>
    public IReadOnlyList<PlatformObservation> Platforms { get; init; } = [];

    /// <summary>What stands in ConfigMaps for parameters that the build does not set, by the parameter's name; needed only until the snapshot is taken.</summary>
    public IReadOnlyDictionary<string, ConfigMapValue> ConfigMapValues { get; init; } = new Dictionary<string, ConfigMapValue>();

    /// <summary>What Flux has for the workspace; needed only until the snapshot is taken.</summary>
    public IReadOnlyList<FluxObservation> Flux { get; init; } = [];

    public IReadOnlyList<PodObservation> Pods { get; init; } = [];

    /// <summary>Read from the server just now, not from caches.</summary>
    public bool Live { get; init; }

    /// <summary>The namespace takes no new objects.</summary>
    public bool NamespaceTerminating { get; init; }

    /// <summary>Why the last create of a target's pod was refused.</summary>
    public IReadOnlyDictionary<string, string> Refusals { get; init; } = new Dictionary<string, string>();

    /// <summary>Pods that this process has seen, by name.</summary>
    public IReadOnlySet<string> SeenPods { get; init; } = new HashSet<string>();

    /// <summary>What the queue said of targets that are to start.</summary>
    public Admissions Admissions { get; init; } = Admissions.NotAsked;

    public BuildPolicy Policy { get; init; } = new();

    public bool IsDeleting => Build.Metadata.DeletionTimestamp is not null;

    public bool IsCancelled => Build.Spec.Cancel;

    /// <summary>Ended for ever: nothing but time-to-live and deletion is left.</summary>
    public bool IsFinished =>
        Build.Status?.Conditions is { } conditions
        && (conditions.IsTrue(Api.Conditions.ConditionTypes.Succeeded) || conditions.IsFalse(Api.Conditions.ConditionTypes.Succeeded));

    public bool CleanupAbandoned => Build.Metadata.Annotations?.TryGetValue(Labels.AbandonCleanup, out var value) == true && value == "true";

    public bool HasFinalizer => Build.HasFinalizer(Labels.CleanupFinalizer);

    public IEnumerable<PodObservation> Builders(string target) => Pods.Where(p => !p.Sweeper && p.Target == target);

    public IEnumerable<PodObservation> Sweepers(string target) => Pods.Where(p => p.Sweeper && p.Target == target);

    /// <summary>
    /// Whether an attempt has had its pod. Status says so a moment late (see <see cref="ProgressPace"/>); until then this process knows, or the
    /// builder's own words do: who has none of the first attempt's cannot have changed anything.
    /// </summary>
    public bool HasHadPod(TargetStatus target, int attempt) =>
        target.PodName is not null || (attempt == 1 && target.Phase is not null) || HasSeen(PodNames.Builder(Build.Metadata.Name, target.Name, attempt));

    private bool HasSeen(string pod) => SeenPods.Contains(pod) || SeenPods.Contains(PodNames.Other(pod, Build.Metadata.Uid));

    public TargetStatus? Target(string name) => Build.Status?.Targets?.FirstOrDefault(t => t.Name == name);
}
