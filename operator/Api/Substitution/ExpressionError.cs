namespace ImageOperator.Api.Substitution;

/// <summary>A <c>$(…)</c> that has no value.</summary>
/// <param name="Message">What is wrong, and the mend.</param>
/// <param name="Column">Where in the text, from 1.</param>
/// <param name="Unknown">The name that is not known; null if something else is wrong.</param>
public sealed record ExpressionError(string Message, int Column, string? Unknown = null)
{
    /// <summary>The column and the message.</summary>
    public override string ToString() => $"column {Column}: {Message}";
}
