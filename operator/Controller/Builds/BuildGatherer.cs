using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Controller.Flux;
using ImageOperator.Controller.Platforms;
using ImageOperator.Controller.Pods;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Controllers;
using k8s.Models;

namespace ImageOperator.Controller.Builds;

/// <summary>Gathers what a decision needs: from caches, or from the server where caches are too weak.</summary>
internal sealed class BuildGatherer(IClient client, PlatformFinder finder, FluxFinder flux, IStore<V1Pod> pods, BuildPolicy policy, TimeProvider time)
{
    public async Task<BuildObservation> FromCachesAsync(ImageBuild build, BuildMemory memory, CancellationToken cancellationToken)
    {
        var own = pods.ByIndex(IndexNames.OwnerUid, build.Metadata.Uid).Select(PodReader.Read);
        return await WithInputsAsync(Observe(build, memory, own), cancellationToken).ConfigureAwait(false);
    }

    public async Task<BuildObservation?> LiveAsync(ObjectKey key, string uid, BuildMemory memory, CancellationToken cancellationToken)
    {
        if (await client.FindAsync<ImageBuild>(key, cancellationToken).ConfigureAwait(false) is not { } found || found.Metadata.Uid != uid) return null;
        var listed = await ReadPodsAsync(found, cancellationToken).ConfigureAwait(false);
        // A pod that ended after the build was read may have spoken in between: its last word is read before the pod is called silent.
        if (listed.Any(p => !p.IsLive && !IsClosed(found, p.Target)))
        {
            if (await client.FindAsync<ImageBuild>(key, cancellationToken).ConfigureAwait(false) is not { } again || again.Metadata.Uid != uid) return null;
            found = again;
        }

        return await WithInputsAsync(Observe(found, memory, listed) with { Live = true }, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsClosed(ImageBuild build, string target) =>
        build.Status?.Targets?.FirstOrDefault(t => t.Name == target) is { } status && status.Phase.IsTerminal() && !status.Left().Any();

    private BuildObservation Observe(ImageBuild build, BuildMemory memory, IEnumerable<PodObservation> all)
    {
        PodObservation[] own = [.. all];
        if (own.Any(p => !memory.SeenPods.Contains(p.Name))) memory.Saw(own.Select(p => p.Name));
        return Observed(build, memory, own);
    }

    private BuildObservation Observed(ImageBuild build, BuildMemory memory, PodObservation[] own) => new()
    {
        Build = build,
        Now = time.GetUtcNow(),
        Pods = own,
        Policy = policy,
        NamespaceTerminating = memory.NamespaceTerminating,
        Refusals = memory.Refusals,
        SeenPods = memory.SeenPods,
    };

    /// <summary>Read from the server: a template applied together with its build may be older in the cache.</summary>
    private async Task<BuildObservation> WithInputsAsync(BuildObservation seen, CancellationToken cancellationToken)
    {
        if (seen.Build.Status?.Template is not null || seen.IsDeleting) return seen;
        var @namespace = seen.Build.Metadata.NamespaceProperty;
        if (seen.Build.Spec.TemplateRef is { } reference)
        {
            var (found, allowed) = await finder.FindAsync(reference, @namespace, cancellationToken).ConfigureAwait(false);
            seen = seen with { Template = found, TemplateAllowed = allowed };
        }

        if ((seen.Build.Spec.Template ?? seen.Template) is not { } template) return seen;
        var references = PlatformResolution.References(template, BuildInputs.TargetNames(seen.Build, template));
        return seen with
        {
            Platforms = await finder.FindAsync(references, @namespace, cancellationToken).ConfigureAwait(false),
            Flux = await flux.FindAsync(template, @namespace, cancellationToken).ConfigureAwait(false),
            ConfigMapValues = await ConfigMapValuesAsync(seen.Build, template, cancellationToken).ConfigureAwait(false),
        };
    }

    private async Task<IReadOnlyDictionary<string, ConfigMapValue>> ConfigMapValuesAsync(ImageBuild build, ImageTemplateSpec template, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, ConfigMapValue>(StringComparer.Ordinal);
        var wanted = template.Parameters.Where(p => p.ConfigMapKeyRef is not null && build.Spec.Parameters?.ContainsKey(p.Name) != true);
        foreach (var map in wanted.GroupBy(p => p.ConfigMapKeyRef!.Name))
        {
            var found = await client.FindAsync<V1ConfigMap>(new(build.Metadata.NamespaceProperty, map.Key), cancellationToken).ConfigureAwait(false);
            foreach (var parameter in map) values.TryAdd(parameter.Name, new(parameter.ConfigMapKeyRef!, found?.Data?.TryGetValue(parameter.ConfigMapKeyRef!.Key, out var text) == true ? text : null));
        }

        return values;
    }

    /// <summary>
    /// By name, for names are known beforehand: the cache's, and those that the present attempt gives, which a cache may be too old for.
    /// A list by label would read every pod of the namespace out of the server's store, for every build that ends.
    /// </summary>
    private async Task<IReadOnlyList<PodObservation>> ReadPodsAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        var cached = pods.ByIndex(IndexNames.OwnerUid, build.Metadata.Uid).ToArray();
        var names = cached.Select(p => p.Metadata.Name).Union(LivePods.Names(build, [.. cached.Select(PodReader.Read)]), StringComparer.Ordinal);
        var read = await Task.WhenAll(names.Select(name => ReadPodAsync(build, name, cancellationToken))).ConfigureAwait(false);
        return [.. read.OfType<PodObservation>().DistinctBy(p => p.Uid)];
    }

    private async Task<PodObservation?> ReadPodAsync(ImageBuild build, string name, CancellationToken cancellationToken)
    {
        var (@namespace, uid) = (build.Metadata.NamespaceProperty, build.Metadata.Uid);
        var pod = await client.FindAsync<V1Pod>(new(@namespace, name), cancellationToken).ConfigureAwait(false);
        if (pod?.IsControlledBy(uid) != true) pod = await client.FindAsync<V1Pod>(new(@namespace, PodNames.Other(name, uid)), cancellationToken).ConfigureAwait(false);
        if (pod?.IsControlledBy(uid) != true) return null;
        var read = PodReader.Read(pod);
        if (read is { IsTerminating: true, IsLive: true } && read.DeletionDue < time.GetUtcNow())
        {
            return read with { NodeLost = await IsNodeLostAsync(pod.Spec.NodeName, cancellationToken).ConfigureAwait(false) };
        }

        return read is { Life: PodLife.Pending, Unschedulable: false }
            ? read with { Detail = await WarningsAsync(pod, read.Detail, cancellationToken).ConfigureAwait(false) }
            : read;
    }

    private async Task<bool> IsNodeLostAsync(string? name, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(name)) return true;
        var node = await client.FindAsync<V1Node>(new("", name), cancellationToken).ConfigureAwait(false);
        return node?.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) != true;
    }

    /// <summary>Why a pod does not start stands often only in its events: a Secret that is missing, a volume that cannot be mounted.</summary>
    private async Task<string?> WarningsAsync(V1Pod pod, string? detail, CancellationToken cancellationToken)
    {
        var options = new ListOptions
        {
            Namespace = pod.Metadata.NamespaceProperty,
            FieldSelector = $"involvedObject.uid={pod.Metadata.Uid},type=Warning",
        };
        var page = await client.ListPageAsync<Corev1Event>(options, cancellationToken).ConfigureAwait(false);
        var last = page.Items.OrderBy(e => e.LastTimestamp ?? e.EventTime).TakeLast(2).Select(e => $"{e.Reason}: {e.Message}");
        string?[] all = [detail, .. last];
        return string.Join("; ", all.Where(t => !string.IsNullOrEmpty(t)).Distinct()) is { Length: > 0 } text ? text : null;
    }
}
