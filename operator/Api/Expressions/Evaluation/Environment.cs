using ImageOperator.Api.Expressions.Values;

namespace ImageOperator.Api.Expressions.Evaluation;

/// <summary>What an expression may know.</summary>
/// <param name="Names">The values by name: <c>params.x</c>, <c>build.id</c>, <c>item</c>.</param>
/// <param name="Time">When the build started; null where that is not known yet.</param>
internal sealed record Environment(IReadOnlyDictionary<string, ExpressionValue> Names, DateTimeOffset? Time)
{
    public static readonly Environment Empty = new(new Dictionary<string, ExpressionValue>(), null);
}
