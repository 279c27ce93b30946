using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Cli.Build;

/// <summary>How a target ended.</summary>
/// <param name="Status">Its status, as the journal has it.</param>
internal sealed record TargetResult(TargetStatus Status)
{
    public bool Succeeded => Status.Phase.IsSuccess();

    /// <summary>What could not be removed, one line each.</summary>
    public IReadOnlyList<string> Left =>
        Status.CleanupErrors is { Count: > 0 } errors
            ? errors
            : [.. (Status.Resources ?? []).Where(r => r.Temporary).Select(r => $"{r.Type} {r.Id ?? r.Key}")];
}

/// <summary>How a build ended.</summary>
/// <param name="Build">The build.</param>
/// <param name="Targets">Its targets.</param>
/// <param name="Duration">From its start to its end.</param>
/// <param name="StateFolder">The folder that was kept, if it was.</param>
internal sealed record BuildResult(State.SavedBuild Build, IReadOnlyList<TargetResult> Targets, TimeSpan Duration, string? StateFolder)
{
    public bool Succeeded => Targets.All(t => t.Succeeded);
}
