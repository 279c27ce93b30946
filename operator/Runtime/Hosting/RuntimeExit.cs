namespace ImageOperator.Runtime.Hosting;

/// <summary>Why the runtime ended. Return <see cref="Code"/> from Main after the host has stopped.</summary>
public sealed class RuntimeExit
{
    private string? reason;

    /// <summary>0 after an ordinary stop; 1 after a fatal error.</summary>
    public int Code => reason is null ? 0 : 1;

    /// <summary>Why, or null after an ordinary stop.</summary>
    public string? Reason => reason;

    internal void Fail(string why) => Interlocked.CompareExchange(ref reason, why, null);
}
