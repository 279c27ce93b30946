using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Runtime.Client;
using k8s;
using k8s.Models;

namespace ImageOperator.EndToEnd.Tests.Testbed;

/// <summary>What builds must not leave behind.</summary>
internal static class Leftovers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Of a build that has ended: nothing temporary in the ledger, no running pod, no access, no process, no staged file.</summary>
    public static async Task OfEndedAsync(Lab lab, ImageBuild build)
    {
        Assert.DoesNotContain(build.Status?.Targets ?? [], t => t.Resources?.Any(r => r.Temporary) == true);
        Assert.DoesNotContain(build.Status?.Targets ?? [], t => t.CleanupErrors is { Count: > 0 });
        await Eventually.EmptyAsync(async () => [.. await PodsAsync(lab, onlyLive: true), .. await AccessAsync(lab), .. ProcessesOf(lab), .. Staged(lab)], Patience);
    }

    /// <summary>After all builds were deleted: no pod at all, either.</summary>
    public static Task OfNamespaceAsync(Lab lab) =>
        Eventually.EmptyAsync(async () => [.. await PodsAsync(lab, onlyLive: false), .. await AccessAsync(lab), .. ProcessesOf(lab), .. Staged(lab)], Patience);

    private static async Task<IReadOnlyList<string>> PodsAsync(Lab lab, bool onlyLive)
    {
        var found = new List<string>();
        await foreach (var pod in lab.Client.ListAsync<V1Pod>(new() { Namespace = lab.Namespace, LabelSelector = Labels.BuildUid }, Stop))
        {
            if (!onlyLive || pod.Status?.Phase is not ("Succeeded" or "Failed")) found.Add($"pod {pod.Metadata.Name} ({pod.Status?.Phase})");
        }

        return found;
    }

    private static async Task<IReadOnlyList<string>> AccessAsync(Lab lab) =>
    [
        .. await OwnedAsync<V1ServiceAccount>(lab),
        .. await OwnedAsync<V1Role>(lab),
        .. await OwnedAsync<V1RoleBinding>(lab),
        .. await OwnedAsync<V1Secret>(lab, Labels.BuildUid),
        // Kept logs are there as long as their build.
        .. await OwnedAsync<V1ConfigMap>(lab, $"{Labels.BuildUid},{Labels.Role}!={KeptLog.Role}"),
    ];

    private static async Task<IReadOnlyList<string>> OwnedAsync<T>(Lab lab, string selector = "app.kubernetes.io/managed-by=image-operator")
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var found = new List<string>();
        await foreach (var o in lab.Client.ListAsync<T>(new() { Namespace = lab.Namespace, LabelSelector = selector }, Stop)) found.Add($"{typeof(T).Name} {o.Metadata.Name}");
        return found;
    }

    /// <summary>A builder has the build's UID in its command line, a machine in its name.</summary>
    private static IEnumerable<string> ProcessesOf(Lab lab) => lab.Cluster.IsOurs
        ? Processes.All().Where(p => lab.Uids.Any(u => p.Command.Contains(u, StringComparison.Ordinal))).Select(p => $"process {p.Id} {p.Command}")
        : [];

    private static IEnumerable<string> Staged(Lab lab) => Directory.EnumerateFileSystemEntries(lab.Folder, "*", SearchOption.AllDirectories)
        .Where(f => f.Contains("/.imageoperator/", StringComparison.Ordinal) || f.EndsWith(".partial", StringComparison.Ordinal));
}
