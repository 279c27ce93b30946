namespace ImageOperator.Api.Expressions;

/// <summary>What keeps any expression from costing more than a moment, whoever wrote it.</summary>
internal static class ExpressionLimits
{
    /// <summary>Characters of one expression.</summary>
    public const int LongestExpression = 8192;

    /// <summary>Parentheses, operators and calls inside one another.</summary>
    public const int Deepest = 64;

    /// <summary>Lists and maps inside one another, in a value that is decoded.</summary>
    public const int DeepestValue = 32;

    /// <summary>Characters of one text; the longest content of a file in a template.</summary>
    public const int LongestText = 262_144;

    /// <summary>Items of one list or map.</summary>
    public const int MostItems = 10_000;

    /// <summary>Parts of expressions worked out for one text.</summary>
    public const int MostSteps = 200_000;

    /// <summary>Characters and items that functions read and make on the way.</summary>
    public const int MostWork = 8 << 20;

    /// <summary>Errors told of one text; what follows them is not read.</summary>
    public const int MostErrors = 8;
}
