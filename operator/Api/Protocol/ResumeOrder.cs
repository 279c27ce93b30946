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
    /// <summary>What is said for a step of a target.</summary>
    public static ResumeOrder For(string? text, string target, string step)
    {
        var order = ResumeOrder.Hold;
        foreach (var item in (text ?? "").Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
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
}
