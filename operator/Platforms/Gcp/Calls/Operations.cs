using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Gcp.Clients;

namespace ImageOperator.Platforms.Gcp.Calls;

/// <summary>Waits for what the cloud does about a call.</summary>
internal sealed class Operations(ICompute compute, GcpCalls calls)
{
    /// <summary>For how long an operation may not be found everywhere.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(1);

    /// <summary>Waits until it has ended.</summary>
    /// <exception cref="PlatformException">It ended with an error.</exception>
    public Task<GceOperation> WaitAsync(GcpCall call, string project, GceOperation operation, AdaptiveWait wait, CancellationToken cancellationToken)
    {
        var (current, zone, start) = (operation, ZoneOf(operation), calls.Time.GetTimestamp());
        var first = true;
        return wait.PollAsync(calls.Time, async () =>
        {
            if (!first) current = await ReadAsync(call, project, zone, operation.Name!, justMade: calls.Time.GetElapsedTime(start) < Young, cancellationToken).ConfigureAwait(false) ?? current with { Status = "DONE" };
            first = false;
            if (current.Status != "DONE") return null;
            return GcpException.Of(current) is { } error ? throw GcpErrors.Translate(call.Method, call.Reason, error) : current;
        }, cancellationToken);
    }

    /// <summary>Makes a call and waits until the cloud has done it.</summary>
    public async Task RunAsync(GcpCall call, string project, AdaptiveWait wait, Func<CancellationToken, Task<GceOperation>> run, CancellationToken cancellationToken)
    {
        var operation = await calls.RunAsync(call, run, cancellationToken).ConfigureAwait(false);
        await WaitAsync(call, project, operation, wait, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="call">What it is of.</param>
    /// <param name="project">Its project.</param>
    /// <param name="zone">Its zone; null: it is global.</param>
    /// <param name="name">Its name.</param>
    /// <param name="justMade">It was begun a moment ago: that it is not found yet says nothing.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    /// <returns>Null if it is not known any more: the cloud forgets them after some time.</returns>
    public async Task<GceOperation?> ReadAsync(GcpCall call, string project, string? zone, string name, bool justMade, CancellationToken cancellationToken)
    {
        try
        {
            var method = zone is null ? "compute.globalOperations.get" : "compute.zoneOperations.get";
            return await calls.RunAsync(new GcpCall(method, call.Reason) { OfWhatWasJustMade = justMade }, t => compute.GetOperationAsync(project, zone, name, t), cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            return null;
        }
    }

    public static string? ZoneOf(GceOperation operation) => operation.Zone?.Split('/')[^1];
}
