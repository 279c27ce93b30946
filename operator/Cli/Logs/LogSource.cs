using ImageOperator.Api.Protocol;

namespace ImageOperator.Cli.Logs;

/// <summary>Where the log of an attempt is.</summary>
/// <param name="Target">The target.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Pod">The pod, while it is there.</param>
/// <param name="ConfigMap">The kept log, if there is one.</param>
/// <param name="CutLines">How many lines the kept log lacks.</param>
/// <param name="Reader">How a pod is made that reads the output store, where the whole log is.</param>
internal sealed record LogSource(string Target, int Attempt, string? Pod, string? ConfigMap, long CutLines = 0, StoreReader? Reader = null);
