namespace ImageOperator.Engine.Failures;

/// <summary>A provisioner or test failed.</summary>
/// <param name="message">What happened.</param>
/// <param name="exitCode">The exit code, for commands.</param>
/// <param name="hint">What to look at or to change.</param>
/// <param name="inner">The cause.</param>
public sealed class StepException(string message, int? exitCode = null, string? hint = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The exit code, for commands.</summary>
    public int? ExitCode { get; } = exitCode;

    /// <summary>What to look at or to change.</summary>
    public string? Hint { get; } = hint;
}
