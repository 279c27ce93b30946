using System.Diagnostics;
using ImageOperator.Api.Common;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Journal;
using ImageOperator.Engine.Tracing;

namespace ImageOperator.Engine.Stages;

/// <summary>Runs a stage: tells when it begins and is reached, and turns its exception into a failure that names it.</summary>
internal sealed class StageRun(TargetRecord record, WorkTally tally, IBuildObserver observer, TimeProvider time)
{
    /// <summary>The stage that is worked at.</summary>
    public BuildStage Current { get; private set; } = BuildStage.SourceResolved;

    /// <param name="stage">The stage.</param>
    /// <param name="work">Its work.</param>
    /// <param name="cancellationToken">The work's token: a cancellation that it did not ask for (a library's time-out) is a failure.</param>
    public async Task<T> RunAsync<T>(BuildStage stage, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        var startTime = time.GetUtcNow();
        var started = time.GetTimestamp();
        var waited = tally.Waited;
        using var activity = EngineActivity.Source.StartActivity($"stage {stage}");
        observer.Observe(new BuildEvent.StageStarted(stage));
        record.Post(s => s with { Stages = [.. Others(s, stage), new() { Name = stage, StartTime = startTime }] });
        var result = await TracedAsync(activity, () => TranslateAsync(stage, work, cancellationToken)).ConfigureAwait(false);
        var duration = time.GetElapsedTime(started);
        waited = tally.Waited - waited;
        activity?.SetTag("imageoperator.stage.waiting", waited.TotalSeconds);
        var reached = new StageStatus
        {
            Name = stage,
            StartTime = startTime,
            CompletionTime = time.GetUtcNow(),
            Duration = new Duration(duration),
            Waiting = waited >= TimeSpan.FromMilliseconds(1) ? new Duration(waited) : null,
        };
        record.Post(s => s with { Stage = stage, Progress = null, Stages = [.. Others(s, stage), reached], Timing = tally.Timing() });
        observer.Observe(new BuildEvent.StageReached(stage, duration));
        return result;
    }

    /// <summary>Turns an exception of work that belongs to a stage, but does not reach it, into a failure of the stage.</summary>
    public async Task<T> TranslateAsync<T>(BuildStage stage, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        Current = stage;
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (FailureTranslation.IsFailure(e, cancellationToken))
        {
            throw new StageFailedException(FailureTranslation.Translate(e, stage), e);
        }
    }

    private static async Task<T> TracedAsync<T>(Activity? activity, Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (StageFailedException e)
        {
            activity.Fail(e.Failure.Message, e.Failure.Reason);
            throw;
        }
        catch (Exception e)
        {
            activity.Fail(e.Message, e.GetType().Name);
            throw;
        }
    }

    private static IEnumerable<StageStatus> Others(TargetStatus status, BuildStage stage) => (status.Stages ?? []).Where(s => s.Name != stage);
}
