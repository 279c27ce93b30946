namespace ImageOperator.Benchmarks.Reports;

/// <summary>A figure and what it is to stay below, or above.</summary>
internal sealed record Target(string Name, double? Value, string Unit, double Limit)
{
    public bool AtLeast { get; init; }

    public string Verdict => Value is not { } value ? "not measured" : (AtLeast ? value >= Limit : value <= Limit) ? "met" : "not met";
}
