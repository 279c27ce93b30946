using System.Diagnostics;
using System.Globalization;

namespace ImageOperator.Api.Tracing;

/// <summary>Which trace a build belongs to: a W3C <c>traceparent</c>, <c>00-TRACE-SPAN-FLAGS</c>.</summary>
/// <param name="TraceId">The trace.</param>
/// <param name="SpanId">A span of it.</param>
/// <param name="Sampled">Whether the trace is recorded.</param>
public sealed record TraceParent(ActivityTraceId TraceId, ActivitySpanId SpanId, bool Sampled)
{
    /// <summary>As a parent for further spans.</summary>
    public ActivityContext Context => ContextOf(SpanId);

    /// <summary>Another span of the trace as a parent; the default makes the first span of the trace.</summary>
    public ActivityContext ContextOf(ActivitySpanId spanId) =>
        new(TraceId, spanId, Sampled ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None, isRemote: true);

    /// <returns>Null if the text is not a traceparent.</returns>
    public static TraceParent? Parse(string? text) => ActivityContext.TryParse(text, null, out var context) && context.SpanId != default
        ? new(context.TraceId, context.SpanId, context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded))
        : null;

    /// <summary>
    /// The trace of a build: the one that an annotation names, else one of its own, whose ID is the build's UID without dashes.
    /// The span is the build's.
    /// </summary>
    /// <param name="uid">The build's UID.</param>
    /// <param name="given">A traceparent from outside: a pipeline's that made the build.</param>
    /// <param name="ratio">Which part of the builds is recorded, from 0 to 1; what comes from outside has decided it there.</param>
    public static TraceParent ForBuild(string uid, string? given, double ratio)
    {
        var outer = Parse(given);
        var trace = outer?.TraceId ?? SpanIds.Trace(uid);
        return new(trace, SpanIds.Build(uid), ratio > 0 && (outer?.Sampled ?? IsChosen(trace, ratio)));
    }

    /// <inheritdoc/>
    public override string ToString() => $"00-{TraceId}-{SpanId}-{(Sampled ? "01" : "00")}";

    // The last 14 digits of a trace ID are random by its specification, and those of a UID are, too.
    private static bool IsChosen(ActivityTraceId trace, double ratio) =>
        ulong.Parse(trace.ToHexString().AsSpan(18), NumberStyles.HexNumber, CultureInfo.InvariantCulture) < ratio * (1UL << 56);
}
