using System.Text.RegularExpressions;

namespace ImageOperator.Api.Validation;

/// <summary>What holds for scripts, wherever they are run.</summary>
internal static partial class ScriptRules
{
    public static void Check(
        ErrorList errors, string? script, string interpreter, IReadOnlyDictionary<string, string> environment, IReadOnlyList<int> exitCodes, string path)
    {
        PathRules.Inside(errors, script, $"{path}.script", "the workspace");
        errors.Require(!string.IsNullOrWhiteSpace(interpreter), $"{path}.interpreter", "must name a program: write for example /bin/bash -eu");
        Environment(errors, environment, path);
        for (var i = 0; i < exitCodes.Count; i++)
        {
            errors.Require(exitCodes[i] is >= 0 and <= 255, $"{path}.exitCodes[{i}]", $"{exitCodes[i]} is no exit code: use 0 to 255");
        }
    }

    public static void Environment(ErrorList errors, IReadOnlyDictionary<string, string> environment, string path)
    {
        foreach (var name in environment.Keys)
        {
            errors.Require(EnvironmentName().IsMatch(name), $"{path}.environment.{name}",
                $"\"{SchemaText.Short(name)}\" is not a variable's name: use letters, digits and _, not beginning with a digit");
        }
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex EnvironmentName();
}
