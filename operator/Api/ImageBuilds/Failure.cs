namespace ImageOperator.Api.ImageBuilds;

/// <summary>Why a target failed.</summary>
public sealed record Failure
{
    /// <summary>The stage that was not reached.</summary>
    public required BuildStage Stage { get; init; }

    /// <summary>The provisioner or test that failed.</summary>
    public string? Step { get; init; }

    /// <summary>A documented constant in CamelCase.</summary>
    public required string Reason { get; init; }

    /// <summary>What happened, in one or two sentences.</summary>
    public required string Message { get; init; }

    /// <summary>The exit code of the command that failed.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The last lines of the step's output.</summary>
    public string? LogTail { get; init; }

    /// <summary>The last lines of the machine's serial console.</summary>
    public string? ConsoleTail { get; init; }

    /// <summary>What to look at or to change.</summary>
    public string? Hint { get; init; }

    /// <summary>What was found between the builder and the guest, or in the guest; the cause first.</summary>
    public IReadOnlyList<Diagnosis>? Diagnosis { get; init; }
}
