namespace ImageOperator.Api.ImageBuilds;

/// <summary>How one target stands.</summary>
public sealed record TargetStatus
{
    /// <summary>The target's name.</summary>
    public required string Name { get; init; }

    /// <summary>The attempt under way, from 1. It is the fencing token: a builder whose attempt is older stops itself.</summary>
    public int? Attempt { get; init; }

    /// <summary>When the operator let the target start: from then on it counts against limits, and its timeout runs.</summary>
    public DateTimeOffset? AdmittedTime { get; init; }

    /// <summary>The builder pod of the attempt.</summary>
    public string? PodName { get; init; }

    /// <summary>Where the target's life stands.</summary>
    public TargetPhase? Phase { get; init; }

    /// <summary>The last stage that was reached.</summary>
    public BuildStage? Stage { get; init; }

    /// <summary>When the first attempt started.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>When the target ended.</summary>
    public DateTimeOffset? CompletionTime { get; init; }

    /// <summary>What goes on now.</summary>
    public TargetProgress? Progress { get; init; }

    /// <summary>The source image, as resolved.</summary>
    public SourceImage? Source { get; init; }

    /// <summary>What look-ups found; the same in every attempt.</summary>
    public IReadOnlyList<LookupStatus>? Lookups { get; init; }

    /// <summary>Everything that the result depends on, by name; steps in the order in which they are run.</summary>
    public IReadOnlyList<BuildInput>? Inputs { get; init; }

    /// <summary>SHA-256 over all inputs. Missing where they changed while the build ran: such a result is never taken for another build's.</summary>
    public string? InputsDigest { get; init; }

    /// <summary>Why the target is built, or why not: what has changed since the newest earlier result, old → new.</summary>
    public string? Reason { get; init; }

    /// <summary>The build whose result stands (phase UpToDate), or would stand (phase Planned). It may be deleted by now.</summary>
    public string? ResultOf { get; init; }

    /// <summary>With <c>spec.planOnly</c>: what a build would do.</summary>
    public PlannedAction? Plan { get; init; }

    /// <summary>The machine of the build.</summary>
    public MachineStatus? Machine { get; init; }

    /// <summary>The ledger: everything made outside Kubernetes, written before it is made.</summary>
    public IReadOnlyList<LedgerEntry>? Resources { get; init; }

    /// <summary>When each stage was reached.</summary>
    public IReadOnlyList<StageStatus>? Stages { get; init; }

    /// <summary>Where the time went.</summary>
    public TargetTiming? Timing { get; init; }

    /// <summary>The steps, in the order they were run.</summary>
    public IReadOnlyList<StepStatus>? Steps { get; init; }

    /// <summary>The results of the tests on the captured image.</summary>
    public IReadOnlyList<TestResult>? Tests { get; init; }

    /// <summary>What came out, or (phase UpToDate) came out of an earlier build. Only images whose tests passed are here.</summary>
    public IReadOnlyList<Artifact>? Artifacts { get; init; }

    /// <summary>Why the target failed.</summary>
    public Failure? Failure { get; init; }

    /// <summary>What could not be cleaned up, one line each; the sweeper goes on with it.</summary>
    public IReadOnlyList<string>? CleanupErrors { get; init; }
}
