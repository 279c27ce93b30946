using ImageOperator.Api.Schema;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Provisioners;

/// <summary>Commands run where the builder runs (in a cluster: in the builder's pod), not on the machine.</summary>
[Choice(Allowed.ExactlyOne, "inline", "script")]
public sealed record LocalProvisioner : IChecked
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

    /// <summary>Environment variables of the commands, beside PATH, HOME, LANG and TMPDIR. Their values are passed over standard input, never in a command line.</summary>
    [TakesSecrets]
    [Bounds(Max = 128, MaxItemLength = 32768)]
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The program that runs the script, with its options.</summary>
    [Bounds(Min = 1, Max = 256)]
    public string Interpreter { get; init; } = "/bin/sh -e";

    /// <summary>A folder of the workspace to run in. Unset: the workspace itself, which cannot be written to.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public string? WorkingDirectory { get; init; }

    /// <summary>The exit codes that count as success.</summary>
    [Bounds(Min = 1, Max = 64)]
    public IReadOnlyList<int> ExitCodes { get; init; } = [0];

    void IChecked.Check(ErrorList errors, string path)
    {
        ScriptRules.Check(errors, Script, Interpreter, Environment, ExitCodes, path);
        PathRules.Inside(errors, WorkingDirectory, $"{path}.workingDirectory", "the workspace");
    }
}
