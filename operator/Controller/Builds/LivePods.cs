using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Pods;

namespace ImageOperator.Controller.Builds;

/// <summary>The names of pods that a build may have on the server although a cache does not know them yet.</summary>
internal static class LivePods
{
    public static IEnumerable<string> Names(ImageBuild build, IReadOnlyList<PodObservation> cached)
    {
        foreach (var target in build.Status?.Targets ?? [])
        {
            if (target.Attempt is { } attempt) yield return PodNames.Builder(build.Metadata.Name, target.Name, attempt);

            // The next sweeper's: a leader may have made it just before it ended.
            if (build.Metadata.DeletionTimestamp is not null || target.Left().Any())
            {
                var last = cached.Where(p => p.Sweeper && p.Target == target.Name).Select(p => p.Attempt).DefaultIfEmpty().Max();
                yield return PodNames.Sweeper(build.Metadata.Name, target.Name, last + 1);
            }
        }
    }
}
