using System.Collections;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Validation;

/// <summary>The choices of a part of a spec, and of what is in it.</summary>
internal static class ChoiceRules
{
    public static void Check(ErrorList errors, object part, string path)
    {
        foreach (var choice in Choice.Of(part.GetType())) errors.Require(choice.Holds(part), path, choice.Message);
        foreach (var property in part.GetType().GetProperties())
        {
            if (property.GetIndexParameters().Length > 0) continue;
            var at = $"{path}.{Choice.NameOf(property)}";
            switch (property.GetValue(part))
            {
                case string or IDictionary or null:
                    break;
                case IEnumerable items:
                    var index = 0;
                    foreach (var item in items)
                    {
                        if (item is not null && IsOurs(item)) Check(errors, item, $"{at}[{index}]");
                        index++;
                    }

                    break;
                case { } inner when IsOurs(inner):
                    Check(errors, inner, at);
                    break;
            }
        }
    }

    private static bool IsOurs(object value) =>
        value.GetType() is { IsClass: true } type && type.Namespace?.StartsWith("ImageOperator.Api", StringComparison.Ordinal) == true;
}
