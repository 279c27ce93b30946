namespace ImageOperator.Engine.Failures;

/// <summary>The target's status could not be written as long as there was time: the next attempt continues.</summary>
/// <param name="inner">The journal's error.</param>
public sealed class JournalUnavailableException(Exception inner)
    : Exception($"the target's status could not be written: {inner.Message}", inner);
