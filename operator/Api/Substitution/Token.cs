namespace ImageOperator.Api.Substitution;

/// <summary>A piece of a text with <c>$(…)</c> in it.</summary>
/// <param name="Text">Literal text (an escape is resolved), or the name that is referred to.</param>
/// <param name="IsReference">The piece is <c>$(Text)</c>.</param>
/// <param name="Column">Where the piece begins in the source text, from 1.</param>
internal readonly record struct Token(string Text, bool IsReference, int Column);
