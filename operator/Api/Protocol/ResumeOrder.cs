using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Api.Protocol;

/// <summary>What someone has said about a breakpoint: the annotation <see cref="Labels.Resume"/>, or the file of <c>imagectl build</c>.</summary>
public enum ResumeOrder
{
    /// <summary>Nothing: it holds.</summary>
    Hold,

    /// <summary>Go on.</summary>
    Continue,

    /// <summary>End the build as failed.</summary>
    Stop,
}

/// <summary>Reads orders: <c>STEP</c>, <c>STEP=stop</c>, <c>TARGET/STEP</c>, <c>*</c>; several with commas. The last that fits counts.</summary>
public static class ResumeOrders
{
    /// <summary>What the progress of a held step begins with (<c>status.targets[].progress.message</c>).</summary>
    public const string Held = "held until ";

    /// <summary>The step at which a target is held; null where it is not.</summary>
    public static string? HeldAt(TargetStatus target) =>
        target?.Progress is { Step: { } step, Message: { } message } && message.StartsWith(Held, StringComparison.Ordinal) ? step : null;

    /// <summary>An order for a step, as one writes it.</summary>
    /// <param name="target">Of which target; null for all.</param>
    /// <param name="step">The step's name.</param>
    /// <param name="stop">To end the build, not to go on.</param>
    public static string Write(string? target, string step, bool stop) => $"{(target is null ? "" : $"{target}/")}{step}{(stop ? "=stop" : "")}";

    /// <summary>Orders with more of them; what is repeated stands once, at the end, where it counts.</summary>
    public static string Add(string? text, IEnumerable<string> orders)
    {
        var added = orders.ToList();
        return string.Join(',', Split(text).Except(added, StringComparer.Ordinal).Concat(added));
    }

    /// <summary>What is said for a step of a target.</summary>
    public static ResumeOrder For(string? text, string target, string step)
    {
        var order = ResumeOrder.Hold;
        foreach (var item in Split(text))
        {
            var equals = item.IndexOf('=', StringComparison.Ordinal);
            var (where, what) = equals < 0 ? (item, "continue") : (item[..equals], item[(equals + 1)..]);
            var slash = where.IndexOf('/', StringComparison.Ordinal);
            if (slash >= 0 && where[..slash] != target) continue;
            var name = where[(slash + 1)..];
            if (name != step && name != "*") continue;
            if (what.Equals("continue", StringComparison.OrdinalIgnoreCase)) order = ResumeOrder.Continue;
            else if (what.Equals("stop", StringComparison.OrdinalIgnoreCase)) order = ResumeOrder.Stop;
        }

        return order;
    }

    private static string[] Split(string? text) => (text ?? "").Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
