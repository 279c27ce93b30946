using System.Diagnostics;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Queue;
using ImageOperator.Controller.Tracing;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Controllers;

namespace ImageOperator.Controller.Builds;

/// <summary>Gather, decide, act. A view that turns out to be old is gathered again, live.</summary>
internal sealed class BuildReconciler(
    IStore<ImageBuild> builds, BuildGatherer gatherer, ProgressPace pace, AdmissionQueue queue, BuildActor actor, BuildMemories memories, BuildPolicy policy,
    ILogger<BuildReconciler> logger) : IReconciler
{
    private const int Tries = 5;
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RefusalPause = TimeSpan.FromSeconds(10);

    public ActivityContext TraceOf(ObjectKey key) => builds.Get(key) is { } build ? BuildTrace.Of(build, policy.TraceRatio).Context : default;

    public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (builds.Get(key) is not { } build) return ReconcileResult.Done;
        var uid = build.Metadata.Uid;
        var memory = memories.Of(uid);
        var observed = await gatherer.FromCachesAsync(build, memory, cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            var decision = BuildDecision.Decide(observed);
            if (!decision.NeedsLive && decision.Claims.Count > 0)
            {
                if (await queue.AskAsync(observed.Build, decision.Claims, cancellationToken).ConfigureAwait(false) is not { } admissions)
                {
                    memories.Forget(uid);
                    return ReconcileResult.Done;
                }

                observed = observed with { Admissions = admissions };
                decision = BuildDecision.Decide(observed);
            }
            else if (!decision.NeedsLive && observed.Build.Status?.Template is null)
            {
                queue.Withdraw(observed.Build);
            }

            if (!decision.NeedsLive && await TryActAsync(observed, decision, memory, cancellationToken).ConfigureAwait(false) is { } result) return result;
            if (await gatherer.LiveAsync(key, uid, memory, cancellationToken).ConfigureAwait(false) is not { } live)
            {
                memories.Forget(uid);
                return ReconcileResult.Done;
            }

            observed = live;
        }

        return ReconcileResult.Waiting(Soon);
    }

    /// <summary>Null when someone else was faster.</summary>
    private async Task<ReconcileResult?> TryActAsync(BuildObservation observed, Decision decision, BuildMemory memory, CancellationToken cancellationToken)
    {
        if (pace.Pause(observed, decision, memory) is { } pause) return ReconcileResult.Waiting(decision.WakeAfter < pause ? decision.WakeAfter.Value : pause);
        try
        {
            var accepted = await actor.ActAsync(observed, decision, memory, cancellationToken).ConfigureAwait(false);
            if (decision.Actions.OfType<BuildAction.RemoveFinalizer>().Any()) memories.Forget(observed.Build.Metadata.Uid);
            if (!accepted) return ReconcileResult.Waiting(RefusalPause);
            return decision.WakeAfter is { } after ? ReconcileResult.Waiting(after) : ReconcileResult.Done;
        }
        catch (ApiException e) when (e.Error == ApiError.Conflict)
        {
            Log.Outrun(logger, ObjectKey.Of(observed.Build));
            return null;
        }
    }
}
