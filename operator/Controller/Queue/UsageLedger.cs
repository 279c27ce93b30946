using System.Collections.Concurrent;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;

namespace ImageOperator.Controller.Queue;

/// <summary>
/// Keeps machine time beyond the life of builds. A build's time is written into its platform's status before the build loses its finalizer: if the operator
/// dies in between, it finds the build's UID there when it tries again.
/// </summary>
internal sealed class UsageLedger(IClient client, UsageBook book, TimeProvider time, ILogger<UsageLedger> logger) : IDisposable
{
    /// <summary>How long a build is kept back because its platform's status cannot be written.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<PlatformKey, UsageDesk> desks = new();

    /// <summary>Adds a build that is about to go to the sums of its platforms.</summary>
    public async Task SettleAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        foreach (var times in MachineTime.Of(build).GroupBy(t => t.Account))
        {
            try
            {
                await Desk(times.Key.Platform).WriteAsync(new(build.Metadata.Uid, times.Key.Namespace, [.. times]), cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException e) when (e.Error is ApiError.Forbidden or ApiError.Invalid && IsOverdue(build))
            {
                Log.UsageLost(logger, ObjectKey.Of(build), times.Key.Platform.ToString(), e.Message);
            }
        }
    }

    /// <summary>Writes how much each namespace has used by now, where that is news.</summary>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        foreach (var platform in book.Accounts.Select(a => a.Platform).Distinct())
        {
            try
            {
                await Desk(platform).WriteAsync(null, cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException e)
            {
                Log.UsageNotTold(logger, platform.ToString(), e.Message);
            }
        }
    }

    public void Dispose()
    {
        foreach (var desk in desks.Values) desk.Dispose();
    }

    private UsageDesk Desk(PlatformKey platform) => desks.GetOrAdd(platform, key => new(key, client, book, time));

    private bool IsOverdue(ImageBuild build) =>
        build.Metadata.DeletionTimestamp is { } deleted && time.GetUtcNow() - new DateTimeOffset(deleted.ToUniversalTime()) > Patience;
}
