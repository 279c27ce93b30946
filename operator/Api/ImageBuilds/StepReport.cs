namespace ImageOperator.Api.ImageBuilds;

/// <summary>What a tool that checks or converges found, as data. Bounded: the whole report is in the build's output files.</summary>
public sealed record StepReport
{
    /// <summary>The tool, with its version where it tells it: "lynis 3.0.8".</summary>
    public required string Tool { get; init; }

    /// <summary>What was measured, as the tool says it: a hardening index, a score in per cent.</summary>
    public string? Score { get; init; }

    /// <summary>How many checks passed; of tools that converge, how many things were right already.</summary>
    public int? Passed { get; init; }

    /// <summary>How many checks failed.</summary>
    public int? Failed { get; init; }

    /// <summary>How many checks did not apply or were left out.</summary>
    public int? Skipped { get; init; }

    /// <summary>Of tools that converge: how many things were changed.</summary>
    public int? Changed { get; init; }

    /// <summary>The worst findings first, 20 at most.</summary>
    public IReadOnlyList<StepFinding>? Findings { get; init; }

    /// <summary>How many findings there are beyond those listed.</summary>
    public int? MoreFindings { get; init; }

    /// <summary>The tool's whole report, below the build's output files.</summary>
    public string? File { get; init; }
}

/// <summary>One thing that a tool found.</summary>
public sealed record StepFinding
{
    /// <summary>The tool's name of the check or rule.</summary>
    public required string Id { get; init; }

    /// <summary>How much it matters, in the tool's words: high, warning.</summary>
    public string? Severity { get; init; }

    /// <summary>What was found, 200 characters at most.</summary>
    public string? Message { get; init; }
}
