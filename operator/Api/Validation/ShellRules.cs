using System.Text.RegularExpressions;
using ImageOperator.Api.Provisioners;

namespace ImageOperator.Api.Validation;

internal static partial class ShellRules
{
    public static void Check(ErrorList errors, ShellProvisioner shell, string path)
    {
        errors.Require(shell.Inline is null != shell.Script is null, path, "exactly one of inline and script must be set");
        PathRules.Inside(errors, shell.Script, $"{path}.script", "the workspace");
        errors.Require(!string.IsNullOrWhiteSpace(shell.Interpreter), $"{path}.interpreter", "must name a program: write for example /bin/bash -eu");
        foreach (var name in shell.Environment.Keys)
        {
            errors.Require(EnvironmentName().IsMatch(name), $"{path}.environment.{name}",
                $"\"{SchemaText.Short(name)}\" is not a variable's name: use letters, digits and _, not beginning with a digit");
        }

        for (var i = 0; i < shell.ExitCodes.Count; i++)
        {
            errors.Require(shell.ExitCodes[i] is >= 0 and <= 255, $"{path}.exitCodes[{i}]", $"{shell.ExitCodes[i]} is no exit code: use 0 to 255");
        }
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex EnvironmentName();
}
