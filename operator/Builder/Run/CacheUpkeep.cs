using ImageOperator.Builder.Pod;
using ImageOperator.Downloads;
using ImageOperator.Engine.Events;

namespace ImageOperator.Builder.Run;

/// <summary>Keeps the cache within its limits: before a build, so that there is room, and after it.</summary>
internal sealed class CacheUpkeep(PodOptions options, IBuildObserver observer, TimeProvider time)
{
    public void Run()
    {
        var limits = new CacheLimits(options.CacheMaxGiB > 0 ? (long)options.CacheMaxGiB << 30 : null, options.CacheMaxHours > 0 ? TimeSpan.FromHours(options.CacheMaxHours) : null);
        try
        {
            new CacheEviction(options.Cache, limits, time, text => observer.Observe(new BuildEvent.Message(MessageLevel.Info, text))).Run();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No reason to build nothing.
            observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"the cache cannot be cleared: {e.Message}"));
        }
    }
}
