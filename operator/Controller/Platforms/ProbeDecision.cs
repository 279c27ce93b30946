using ImageOperator.Api.Protocol;

namespace ImageOperator.Controller.Platforms;

/// <summary>What to do about a platform, from what is observed of it: a pure function.</summary>
/// <param name="Verdict">What is to be said; null: nothing new.</param>
/// <param name="Create">Make a probe pod.</param>
/// <param name="Delete">Remove the probe pod that was observed, after the status is written.</param>
/// <param name="WakeAfter">When to look again.</param>
internal sealed record ProbeDecision(PlatformVerdict? Verdict, bool Create, bool Delete, TimeSpan? WakeAfter)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    public static ProbeDecision Decide(ProbeObservation seen)
    {
        if (seen.Errors.Count > 0)
        {
            return new(PlatformVerdict.Invalid(seen, string.Join("; ", seen.Errors)), Create: false, Delete: seen.Pod is { Terminating: false }, null);
        }

        return seen.Pod is { } pod ? WithPod(seen, pod) : WithoutPod(seen);
    }

    private static ProbeDecision WithPod(ProbeObservation seen, ProbePod pod)
    {
        var probing = PlatformVerdict.Probing(seen, pod.Detail);
        if (pod.Terminating) return new(probing, Create: false, Delete: false, Soon);
        // Of an older spec, or of an older object of this name.
        if (pod.Generation != seen.Generation || !pod.Ours) return new(probing, Create: false, Delete: true, Soon);
        if (pod.EndedAt is { } end)
        {
            var result = pod.Result ?? new() { Outcome = ProbeOutcome.Failed, Message = $"the probe pod ended without a result: {pod.Detail ?? "no reason given"}" };
            return Ended(seen, result, end, pod.Requested, delete: true);
        }

        var due = pod.CreatedAt + seen.Policy.Timeout;
        if (seen.Now < due) return new(probing, Create: false, Delete: false, due - seen.Now);
        var late = new ProbeResult { Outcome = ProbeOutcome.Failed, Message = $"the probe pod did not end within {seen.Policy.Timeout.TotalMinutes:0.#} minutes: {pod.Detail ?? "it runs still"}" };
        return Ended(seen, late, seen.Now, pod.Requested, delete: true);
    }

    private static ProbeDecision WithoutPod(ProbeObservation seen)
    {
        if (seen.Refusal is { } refusal)
        {
            return Ended(seen, new() { Outcome = ProbeOutcome.Failed, Message = $"no probe pod: {refusal}" }, seen.Now, seen.Requested, delete: false);
        }

        var due = Due(seen);
        return due <= seen.Now ? new(PlatformVerdict.Probing(seen, null), Create: true, Delete: false, seen.Policy.Timeout) : new(null, Create: false, Delete: false, due - seen.Now);
    }

    private static ProbeDecision Ended(ProbeObservation seen, ProbeResult result, DateTimeOffset end, string? requested, bool delete)
    {
        var verdict = PlatformVerdict.Of(seen, result, end, requested);
        var pause = end + seen.Policy.Pause(verdict.Status.Probe?.Failures ?? 0) - seen.Now;
        return new(verdict, Create: false, delete, pause > Soon ? pause : Soon);
    }

    private static DateTimeOffset Due(ProbeObservation seen)
    {
        var status = seen.Platform.Status;
        if (status?.Probe is not { } last || last.Generation != seen.Generation || status.ObservedGeneration != seen.Generation) return seen.Now;
        if (seen.Requested is { } requested && requested != status.LastHandledReconcileAt) return seen.Now;
        return last.Time + seen.Policy.Pause(last.Failures ?? 0);
    }
}
