namespace ImageOperator.Api.Validation;

/// <summary>A document after reading.</summary>
/// <param name="Key">Kind, namespace and name; null if it has none.</param>
/// <param name="Spec">The spec, if it could be read.</param>
/// <param name="Errors">What is wrong with the document by itself.</param>
internal sealed record Manifest(string? Key, object? Spec, IReadOnlyList<ValidationError> Errors);
