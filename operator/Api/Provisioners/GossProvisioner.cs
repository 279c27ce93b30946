using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Provisioners;

/// <summary>Checks the machine against a gossfile.</summary>
public sealed record GossProvisioner : IChecked
{
    /// <summary>The gossfile, a file of the workspace. The folder that it is in is copied to the machine, for the files that it names.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public required string File { get; init; }

    /// <summary>A file of variables for the gossfile's templates, in the workspace.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public string? VarsFile { get; init; }

    /// <summary>Variables for the gossfile's templates, over those of the file.</summary>
    [TakesSecrets]
    [FreeForm]
    [Bounds(Max = 256)]
    public IReadOnlyDictionary<string, System.Text.Json.JsonElement> Vars { get; init; } = new Dictionary<string, System.Text.Json.JsonElement>();

    /// <summary>goss itself, a file of the workspace: it is copied to the machine for the step. Unset: the one on the machine.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public string? Binary { get; init; }

    /// <summary>How long checks that fail are tried again.</summary>
    public Duration RetryTimeout { get; init; } = Duration.FromSeconds(0);

    /// <summary>The wait between such tries.</summary>
    public Duration Sleep { get; init; } = Duration.FromSeconds(1);

    void IChecked.Check(ErrorList errors, string path)
    {
        PathRules.Inside(errors, File, $"{path}.file", "the workspace");
        PathRules.Inside(errors, VarsFile, $"{path}.varsFile", "the workspace");
        PathRules.Inside(errors, Binary, $"{path}.binary", "the workspace");
    }
}
