using System.Diagnostics;

namespace ImageOperator.Engine.Tracing;

/// <summary>
/// What a platform wraps its calls and waits in: they become spans, and count in the attempt that they are part of. The attempt flows with the
/// calls, as spans do; outside of an attempt nothing is counted.
/// </summary>
public static class Work
{
    private static readonly AsyncLocal<WorkTally?> Tally = new();

    /// <summary>Waits for others: a machine that boots, a guest that shuts down, another build's download.</summary>
    /// <param name="what">What is awaited, from a closed set of words.</param>
    /// <param name="wait">The wait.</param>
    public static async Task<T> WaitAsync<T>(string what, Func<Task<T>> wait)
    {
        ArgumentNullException.ThrowIfNull(wait);
        using var activity = EngineActivity.Source.StartActivity($"wait {what}");
        activity?.SetTag(EngineActivity.WaitAttribute, true);
        var tally = Tally.Value;
        tally?.BeginWait();
        try
        {
            return await wait().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            activity.Fail(e.Message, e.GetType().Name);
            throw;
        }
        finally
        {
            tally?.EndWait();
        }
    }

    /// <summary>Calls the platform: an API, a control socket, a tool.</summary>
    /// <param name="system">Whom: <c>ec2</c>, <c>qmp</c>, <c>qemu-img</c>.</param>
    /// <param name="operation">What, from a closed set of words.</param>
    /// <param name="call">The call.</param>
    /// <param name="waiting">The platform does the work meanwhile.</param>
    public static async Task<T> CallAsync<T>(string system, string operation, Func<Task<T>> call, bool waiting = false)
    {
        ArgumentNullException.ThrowIfNull(call);
        using var activity = EngineActivity.Source.StartActivity($"{system} {operation}", ActivityKind.Client);
        activity?.SetTag("imageoperator.call.system", system).SetTag("imageoperator.call.operation", operation);
        if (waiting) activity?.SetTag(EngineActivity.WaitAttribute, true);
        var tally = Tally.Value;
        tally?.CountCall();
        if (waiting) tally?.BeginWait();
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            activity.Fail(e.Message, e.GetType().Name);
            throw;
        }
        finally
        {
            if (waiting) tally?.EndWait();
        }
    }

    /// <summary>The platform asked for fewer calls.</summary>
    public static void Throttled()
    {
        Tally.Value?.CountThrottle();
        Activity.Current?.AddEvent(new("throttled"));
    }

    /// <summary>Bytes of a source image came over the network.</summary>
    public static void Downloaded(long bytes) => Tally.Value?.CountDownload(bytes);

    /// <summary>Counts what the caller and all it calls do from here on.</summary>
    internal static void CountIn(WorkTally tally) => Tally.Value = tally;
}
