using ImageOperator.Api.Common;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Journal;

namespace ImageOperator.Engine.Stages;

/// <summary>Runs a stage: tells when it begins and is reached, and turns its exception into a failure that names it.</summary>
internal sealed class StageRun(TargetRecord record, IBuildObserver observer, TimeProvider time)
{
    /// <summary>The stage that is worked at.</summary>
    public BuildStage Current { get; private set; } = BuildStage.SourceResolved;

    public async Task<T> RunAsync<T>(BuildStage stage, Func<Task<T>> work)
    {
        Current = stage;
        var startTime = time.GetUtcNow();
        var started = time.GetTimestamp();
        observer.Observe(new BuildEvent.StageStarted(stage));
        record.Post(s => s with { Stages = [.. Others(s, stage), new() { Name = stage, StartTime = startTime }] });
        T result;
        try
        {
            result = await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (StageFailedException or FencedException or OperationCanceledException))
        {
            throw new StageFailedException(FailureTranslation.Translate(e, stage), e);
        }

        var duration = time.GetElapsedTime(started);
        var reached = new StageStatus { Name = stage, StartTime = startTime, CompletionTime = time.GetUtcNow(), Duration = new Duration(duration) };
        record.Post(s => s with { Stage = stage, Progress = null, Stages = [.. Others(s, stage), reached] });
        observer.Observe(new BuildEvent.StageReached(stage, duration));
        return result;
    }

    private static IEnumerable<StageStatus> Others(TargetStatus status, BuildStage stage) => (status.Stages ?? []).Where(s => s.Name != stage);
}
