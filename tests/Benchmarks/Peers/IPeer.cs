namespace ImageOperator.Benchmarks.Peers;

/// <summary>One way to build the image.</summary>
internal interface IPeer
{
    string Name { get; }

    Task<Run> RunAsync(CancellationToken cancellationToken);
}
