using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace ImageOperator.Api.Tracing;

/// <summary>Spans whose ID is known before. .NET gives every span a random ID and no way to set it, so its field is set.</summary>
public static class FixedSpan
{
    /// <returns>Null if nobody listens.</returns>
    public static Activity? Start(ActivitySource source, string name, ActivityContext parent, ActivitySpanId id, DateTimeOffset start = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        // A first span has no parent; .NET would take the current one.
        if (parent.SpanId == default) Activity.Current = null;
        var activity = source.StartActivity(name, ActivityKind.Internal, parent, startTime: start);
        if (activity is not null) SpanIdOf(activity) = id.ToHexString();
        return activity;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_spanId")]
    private static extern ref string? SpanIdOf(Activity activity);
}
