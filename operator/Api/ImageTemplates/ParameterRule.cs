using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>A rule that a parameter's value must keep.</summary>
public sealed record ParameterRule
{
    /// <summary>An expression that is true of right values; <c>self</c> is the value: <c>self >= 1 &amp;&amp; self &lt;= 9</c>.</summary>
    [Bounds(Min = 1, Max = 1024)]
    public required string Rule { get; init; }

    /// <summary>What is wrong with other values, and the mend.</summary>
    [Bounds(Min = 1, Max = 512)]
    public required string Message { get; init; }
}
