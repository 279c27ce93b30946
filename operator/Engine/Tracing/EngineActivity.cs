using System.Diagnostics;
using ImageOperator.Api.Tracing;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Tracing;

/// <summary>The engine's spans. They cost nothing while nobody listens.</summary>
public static class EngineActivity
{
    /// <summary>The source's name, to subscribe to.</summary>
    public const string SourceName = "ImageOperator.Engine";

    /// <summary>Whether a span is time that the builder spends waiting for others: a download, a boot, a shutdown.</summary>
    public const string WaitAttribute = "imageoperator.wait";

    internal static ActivitySource Source { get; } = new(SourceName);

    /// <summary>The span of a sweeper, below its target's.</summary>
    internal static Activity? StartSweep(BuildPlan plan) => Described(
        Source.StartActivity("sweep", ActivityKind.Internal, plan.Trace?.ContextOf(SpanIds.Target(plan.Identity.Uid, plan.Identity.Target)) ?? default), plan.Identity);

    /// <summary>The span of an attempt, below its target's, with the ID that everyone computes for it.</summary>
    internal static Activity? StartAttempt(BuildPlan plan)
    {
        var (identity, trace) = (plan.Identity, plan.Trace);
        return Described(trace is null
            ? Source.StartActivity("attempt")
            : FixedSpan.Start(Source, "attempt", trace.ContextOf(SpanIds.Target(identity.Uid, identity.Target)), SpanIds.Attempt(identity.Uid, identity.Target, identity.Attempt)), identity);
    }

    /// <summary>Says in a span that its work has failed.</summary>
    internal static void Fail(this Activity? activity, string message, string? reason = null)
    {
        activity?.SetStatus(ActivityStatusCode.Error, message);
        if (reason is not null) activity?.SetTag("error.type", reason);
    }

    private static Activity? Described(Activity? activity, BuildIdentity identity) => activity?
        .SetTag("imageoperator.target", identity.Target).SetTag("imageoperator.attempt", identity.Attempt)
        .SetTag("imageoperator.build.name", identity.Name).SetTag("k8s.namespace.name", identity.Namespace);
}
