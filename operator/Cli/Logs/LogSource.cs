namespace ImageOperator.Cli.Logs;

/// <summary>Where the log of an attempt is.</summary>
/// <param name="Target">The target.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Pod">The pod, while it is there.</param>
/// <param name="ConfigMap">The kept log, if there is one.</param>
internal sealed record LogSource(string Target, int Attempt, string? Pod, string? ConfigMap);
