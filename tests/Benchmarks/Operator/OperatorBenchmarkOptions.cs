namespace ImageOperator.Benchmarks.Operator;

internal sealed record OperatorBenchmarkOptions
{
    /// <summary>The published operator.</summary>
    public required string Program { get; init; }

    public required string Output { get; init; }

    public required int Builds { get; init; }

    /// <summary>Ended builds in the store.</summary>
    public required int Finished { get; init; }

    /// <summary>How long the operator is watched at rest, and how long the API server is away.</summary>
    public required TimeSpan Rest { get; init; }

    public required TimeSpan Outage { get; init; }

    /// <summary>The first words of the steps to run; all if empty.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];
}
