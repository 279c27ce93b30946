namespace ImageOperator.Engine.Failures;

/// <summary>A platform could not do what was asked.</summary>
/// <param name="kind">What can be done about it.</param>
/// <param name="reason">A constant of <see cref="Api.Conditions.Reasons"/>.</param>
/// <param name="message">What happened: names the call and the platform's own code.</param>
/// <param name="hint">What to look at or to change.</param>
/// <param name="inner">The SDK's error.</param>
public sealed class PlatformException(FailureKind kind, string reason, string message, string? hint = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What can be done about it.</summary>
    public FailureKind Kind { get; } = kind;

    /// <summary>A constant of <see cref="Api.Conditions.Reasons"/>.</summary>
    public string Reason { get; } = reason;

    /// <summary>What to look at or to change.</summary>
    public string? Hint { get; } = hint;
}
