using ImageOperator.Api.Substitution;

namespace ImageOperator.Engine.Steps;

/// <summary>One run of a step or test, as its <c>when</c> and <c>forEach</c> make it.</summary>
/// <param name="Step">The step, its overrides merged.</param>
/// <param name="Name">Its name; with <c>forEach</c> that and the item's label in brackets.</param>
/// <param name="Values">What its expressions stand for.</param>
/// <param name="Skipped">Why it is not run; null if it is.</param>
internal sealed record Unrolled<T>(T Step, string Name, ExpressionValues Values, string? Skipped);
