namespace ImageOperator.Benchmarks.Peers;

/// <summary>One build, measured.</summary>
/// <param name="Seconds">From the user's command to the finished image.</param>
/// <param name="Parts">Times within it, as far as the peer tells them.</param>
internal sealed record Run(double Seconds, IReadOnlyDictionary<string, double> Parts);
