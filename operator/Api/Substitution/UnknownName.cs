namespace ImageOperator.Api.Substitution;

/// <summary>A <c>$(…)</c> whose name has no value.</summary>
/// <param name="Name">The name between the parentheses.</param>
/// <param name="Column">Where the <c>$</c> stands, from 1.</param>
public sealed record UnknownName(string Name, int Column);
