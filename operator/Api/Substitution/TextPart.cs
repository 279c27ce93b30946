using ImageOperator.Api.Expressions;
using ImageOperator.Api.Expressions.Syntax;

namespace ImageOperator.Api.Substitution;

/// <summary>A piece of a text with <c>$(…)</c> in it.</summary>
/// <param name="Text">The piece: literal text (an escape is resolved), or the expression as it is written.</param>
/// <param name="Column">Where the piece begins in the source text, from 1.</param>
/// <param name="Expression">The expression; null for literal text.</param>
/// <param name="Error">Why what begins like an expression is none; it stands as literal text.</param>
internal readonly record struct TextPart(string Text, int Column, Node? Expression = null, ExpressionException? Error = null);
