namespace ImageOperator.Benchmarks;

/// <summary>What to measure, and with what.</summary>
internal sealed record BenchmarkOptions
{
    public required int Runs { get; init; }

    public required int Pods { get; init; }

    /// <summary>Holds the inputs: base.qcow2, login key, seed, files, imagectl.yaml, packer.pkr.hcl.</summary>
    public required string Work { get; init; }

    public required string Imagectl { get; init; }

    public string? Kubeconfig { get; init; }

    public required string Namespace { get; init; }

    public required string Output { get; init; }
}
