using ImageOperator.Api.Common;
using ImageOperator.Api.Platforms;

namespace ImageOperator.Api.Validation;

internal static class NamespaceRules
{
    public static void Check(ErrorList errors, AllowedNamespaces allowed, string path)
    {
        if (allowed.Selector is { } selector) Check(errors, selector, $"{path}.selector");
    }

    public static void Check(ErrorList errors, LabelSelector selector, string path)
    {
        for (var i = 0; i < selector.MatchExpressions.Count; i++)
        {
            var expression = selector.MatchExpressions[i];
            var takesValues = expression.Operator is LabelOperator.In or LabelOperator.NotIn;
            errors.Require(takesValues == expression.Values.Count > 0, $"{path}.matchExpressions[{i}].values",
                takesValues ? $"operator {expression.Operator} needs values: list at least one" : $"operator {expression.Operator} takes no values: remove them");
        }
    }
}
