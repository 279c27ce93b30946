using ImageOperator.Api.Schema;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Provisioners;

/// <summary>Commands run on the machine. Exactly one of inline and script must be set.</summary>
[Choice(Allowed.ExactlyOne, "inline", "script")]
public sealed record ShellProvisioner : IChecked
{
    /// <summary>The lines of a script.</summary>
    [TakesSecrets]
    [Bounds(Min = 1, Max = 512, MaxItemLength = 65536)]
    public IReadOnlyList<string>? Inline { get; init; }

    /// <summary>A script in the workspace.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public string? Script { get; init; }

    /// <summary>Arguments of the script.</summary>
    [Bounds(Max = 128, MaxItemLength = 4096)]
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Environment variables of the commands. Their values are passed over the connection, never in a command line.</summary>
    [TakesSecrets]
    [Bounds(Max = 128, MaxItemLength = 32768)]
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The program that runs the script, with its options. With inline the default stops at the first failing line.</summary>
    [Bounds(Min = 1, Max = 256)]
    public string Interpreter { get; init; } = "/bin/sh -e";

    /// <summary>Run as another user by sudo.</summary>
    public Sudo? Sudo { get; init; }

    /// <summary>The exit codes that count as success.</summary>
    [Bounds(Min = 1, Max = 64)]
    public IReadOnlyList<int> ExitCodes { get; init; } = [0];

    void IChecked.Check(ErrorList errors, string path) => ScriptRules.Check(errors, Script, Interpreter, Environment, ExitCodes, path);
}
