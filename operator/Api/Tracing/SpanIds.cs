using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace ImageOperator.Api.Tracing;

/// <summary>
/// IDs that operator and builders compute alike: a span can be a parent long before the one who exports it, at its end, knows when that is.
/// </summary>
public static class SpanIds
{
    /// <summary>A UID is a random ID of the same length.</summary>
    public static ActivityTraceId Trace(string uid) => Guid.TryParse(uid, out var guid) && guid != default
        ? ActivityTraceId.CreateFromString(guid.ToString("n"))
        : ActivityTraceId.CreateFromBytes(Hash(uid)[..16]);

    /// <summary>The whole build; the operator exports it.</summary>
    public static ActivitySpanId Build(string uid) => Of(uid);

    /// <summary>One target; the operator exports it.</summary>
    public static ActivitySpanId Target(string uid, string target) => Of($"{uid}/{target}");

    /// <summary>One attempt; its builder exports it, or the operator if that was killed.</summary>
    public static ActivitySpanId Attempt(string uid, string target, int attempt) => Of(FormattableString.Invariant($"{uid}/{target}/{attempt}"));

    private static ActivitySpanId Of(string text) => ActivitySpanId.CreateFromBytes(Hash(text)[..8]);

    private static ReadOnlySpan<byte> Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
