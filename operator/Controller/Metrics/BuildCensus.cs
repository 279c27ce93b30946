using System.Diagnostics.Metrics;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Builds;
using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Conditions;
using ImageOperator.Runtime.Leadership;
using k8s.Models;
using Types = ImageOperator.Api.Conditions.ConditionTypes;

namespace ImageOperator.Controller.Metrics;

/// <summary>Counts what there is now, when someone asks. Only the leader counts: the sum over replicas is then the number.</summary>
internal sealed class BuildCensus(IStore<ImageBuild> builds, IStore<V1Pod> pods, ILeadership leadership)
{
    /// <summary>The index of pods that have not begun.</summary>
    public const string PendingPodsIndex = "pending";

    public static IEnumerable<string> IsPending(V1Pod pod) => pod.Status?.Phase is null or "Pending" ? [PendingPodsIndex] : [];

    public IEnumerable<Measurement<long>> Builds(bool byNamespace) =>
        Counted(Active.Select(b => (Reason: ReasonOf(b), Namespace: byNamespace ? b.Metadata.NamespaceProperty : null)))
            .Select(g => g.Key.Namespace is { } ns
                ? new Measurement<long>(g.Count, new("reason", g.Key.Reason), new("build_namespace", ns))
                : new Measurement<long>(g.Count, new KeyValuePair<string, object?>("reason", g.Key.Reason)));

    public IEnumerable<Measurement<long>> Machines() =>
        Counted(Active.SelectMany(b => b.Status?.Targets ?? []).SelectMany(t => t.Resources ?? [])
            .Where(r => r.State == LedgerState.Created && r.Type.EndsWith("/machine", StringComparison.Ordinal)).Select(r => r.Type.Split('/')[0]))
            .Select(g => new Measurement<long>(g.Count, new KeyValuePair<string, object?>("platform", g.Key)));

    public IEnumerable<Measurement<long>> PendingPods() =>
        Counted(Mine(pods.ByIndex(PendingPodsIndex, PendingPodsIndex)).Select(p => p.Metadata.Labels.TryGetValue(Labels.Role, out var role) ? role : "other"))
            .Select(g => new Measurement<long>(g.Count, new KeyValuePair<string, object?>("role", g.Key)));

    public IEnumerable<Measurement<long>> LeftBehind() => leadership.IsLeader
        ? [new(builds.ByIndex(BuildIndexes.LeftBehind, BuildIndexes.AnyNamespace).SelectMany(b => b.Status?.Targets ?? []).Where(t => TargetView.IsTerminalPhase(t.Phase))
            .Sum(t => t.Left().LongCount()))]
        : [];

    private IEnumerable<ImageBuild> Active => Mine(builds.ByIndex(BuildIndexes.Active, BuildIndexes.AnyNamespace)).Where(b => !Ended(b));

    private IReadOnlyList<T> Mine<T>(IReadOnlyList<T> all) => leadership.IsLeader ? all : [];

    private static bool Ended(ImageBuild build) =>
        build.Metadata.DeletionTimestamp is null && build.Status?.Conditions?.Find(Types.Succeeded)?.Status is "True" or "False";

    private static string ReasonOf(ImageBuild build) => build.Metadata.DeletionTimestamp is not null
        ? Reasons.Deleting
        : build.Status?.Conditions?.Find(Types.Reconciling)?.Reason ?? Reasons.Pending;

    private static IEnumerable<(T Key, long Count)> Counted<T>(IEnumerable<T> all) => all.GroupBy(k => k).Select(g => (g.Key, g.LongCount()));
}
