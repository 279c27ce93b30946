namespace ImageOperator.Engine.Failures;

/// <summary>A newer attempt has taken over: this process must not touch anything any more.</summary>
/// <param name="attempt">The attempt of this process.</param>
public sealed class FencedException(int attempt) : Exception($"a newer attempt than {attempt} has taken over")
{
    /// <summary>The attempt of this process.</summary>
    public int Attempt { get; } = attempt;
}
