using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Substitution;

/// <summary>A part of a spec after expansion.</summary>
/// <param name="Value">The part; references without a value stand in it as they were.</param>
/// <param name="Errors">References without a value, and fields whose expanded value is not valid.</param>
/// <typeparam name="T">The part's type.</typeparam>
public sealed record Expanded<T>(T Value, IReadOnlyList<ValidationError> Errors)
{
    /// <summary>What came of sensitive values, beside these values themselves: it must not be shown.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];
}
