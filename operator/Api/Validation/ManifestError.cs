namespace ImageOperator.Api.Validation;

/// <summary>One thing that is wrong with one of several manifests.</summary>
/// <param name="Index">The document, from 0.</param>
/// <param name="Error">What is wrong with it.</param>
public sealed record ManifestError(int Index, ValidationError Error);
