using ImageOperator.Api.Expressions.Values;
using static ImageOperator.Api.Expressions.Values.ExpressionValue;
using static ImageOperator.Api.Expressions.Values.Kinds;

namespace ImageOperator.Api.Expressions.Functions;

internal static class VersionFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("semver_compare(version, other)", [Scalar], Kinds.Number, a => Of(SemanticVersion.Parse(a.Text(0)).CompareTo(SemanticVersion.Parse(a.Text(1))))),
        new("semver_constraint(version, constraint)", [Scalar], Kinds.Bool, a => Of(VersionConstraint.Parse(a.Text(1)).Allows(SemanticVersion.Parse(a.Text(0)))))
        {
            CheckText = (index, text) =>
            {
                if (index == 0) SemanticVersion.Parse(text);
                else VersionConstraint.Parse(text);
            },
        },
        new("semver_parse(version)", [Scalar], Kinds.Map, a => SemanticVersion.Parse(a.Text(0)).ToMap()),
    ];
}
