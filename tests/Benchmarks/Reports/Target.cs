namespace ImageOperator.Benchmarks.Reports;

/// <summary>A figure and what it is to stay below.</summary>
internal sealed record Target(string Name, double? Value, string Unit, double AtMost)
{
    public string Verdict => Value is not { } value ? "not measured" : value <= AtMost ? "met" : "not met";
}
