using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Provisioners;

/// <summary>
/// What a step of provisioners, onFailure or tests can be. This is the one list of kinds: schema, validation, reference and builder go by it.
/// </summary>
[Choice(Allowed.ExactlyOne)]
public abstract record StepKinds
{
    /// <summary>Commands run on the machine.</summary>
    [Alternative]
    public ShellProvisioner? Shell { get; init; }

    /// <summary>Files copied to or from the machine.</summary>
    [Alternative]
    public FileProvisioner? File { get; init; }
}
