using ImageOperator.Api.Conditions;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;
using ImageOperator.Runtime.Conditions;
using k8s.Models;
using Types = ImageOperator.Api.Conditions.ConditionTypes;

namespace ImageOperator.Controller.Platforms;

/// <summary>What is to be said about a platform: its status, and whether that is worth an event.</summary>
internal sealed record PlatformVerdict(ImagePlatformStatus Status, string Reason, string Message, bool Good, bool IsNews)
{
    public static PlatformVerdict Invalid(ProbeObservation seen, string message) => Say(seen, Reasons.Invalid, message, good: false, s => s with { Identity = null }, conditions =>
    {
        conditions.Remove(Types.Reconciling);
        conditions.Set(Types.Stalled, ConditionStatus.True, Reasons.Invalid, message, seen.Generation, Time(seen));
    });

    /// <summary>A probe of this spec is under way. What an earlier probe of the same spec found holds until there is a new result.</summary>
    public static PlatformVerdict? Probing(ProbeObservation seen, string? detail)
    {
        var status = seen.Platform.Status;
        if (status?.ObservedGeneration == seen.Generation && status.Probe?.Generation == seen.Generation) return null;
        var message = detail is null ? "A probe pod finds out whether the platform can be used." : $"The probe pod does not run yet: {detail}";
        return Say(seen, Reasons.Probing, message, good: true, s => s with { Identity = null }, conditions =>
        {
            conditions.Remove(Types.Stalled);
            conditions.Set(Types.Reconciling, ConditionStatus.True, Reasons.Probing, message, seen.Generation, Time(seen));
        });
    }

    public static PlatformVerdict Of(ProbeObservation seen, ProbeResult result, DateTimeOffset end, string? requested)
    {
        var before = seen.Platform.Status?.Probe;
        var again = before is not null && before.Time == end && before.Generation == seen.Generation;
        var earlier = before?.Generation == seen.Generation ? before.Failures ?? 0 : 0;
        var failures = result.Outcome == ProbeOutcome.Works ? 0 : again ? earlier : earlier + 1;
        var reason = result.Outcome switch
        {
            ProbeOutcome.Works => seen.Platform.Settings.Qemu is null ? Reasons.CredentialsWork : Reasons.ProbeSucceeded,
            ProbeOutcome.Refused => Reasons.CredentialsRefused,
            _ => Reasons.ProbeFailed,
        };
        var probe = new PlatformProbe { Time = end, Generation = seen.Generation, Result = reason, Message = result.Message, Failures = failures > 0 ? failures : null };
        return Say(
            seen, reason, result.Message, result.Outcome == ProbeOutcome.Works,
            s => s with { Probe = probe, Identity = result.Outcome == ProbeOutcome.Works ? result.Identity : null, LastHandledReconcileAt = requested ?? s.LastHandledReconcileAt, Strays = result.Outcome == ProbeOutcome.Works ? result.Strays : s.Strays },
            conditions =>
            {
                conditions.Remove(Types.Reconciling);
                conditions.Remove(Types.Stalled);
                // Refused credentials need a human; anything else may pass by itself.
                if (result.Outcome == ProbeOutcome.Refused) conditions.Set(Types.Stalled, ConditionStatus.True, reason, result.Message, seen.Generation, Time(seen));
                if (result.Outcome == ProbeOutcome.Failed) conditions.Set(Types.Reconciling, ConditionStatus.True, reason, result.Message, seen.Generation, Time(seen));
            });
    }

    private static PlatformVerdict Say(
        ProbeObservation seen, string reason, string message, bool good, Func<ImagePlatformStatus, ImagePlatformStatus> more, Action<IList<V1Condition>> set)
    {
        var before = seen.Platform.Status?.Conditions?.Find(Types.Ready);
        List<V1Condition> conditions = [.. seen.Platform.Status?.Conditions ?? []];
        set(conditions);
        conditions.Summarize(reason, message, seen.Generation, Time(seen));
        // Usage is the queue's to write.
        var status = more(seen.Platform.Status ?? new()) with
        {
            ObservedGeneration = seen.Generation,
            Platform = PlatformBlocks.Of(seen.Platform.Settings),
            Location = PlatformBlocks.Location(seen.Platform.Settings),
            Conditions = conditions,
            Usage = null,
        };
        return new(status, reason, message, good, before?.Reason != reason || before.Message != message);
    }

    private static ObservedTime Time(ProbeObservation seen) => new(seen.Now);

    private sealed class ObservedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
