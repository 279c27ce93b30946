using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Masking;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tracing;

namespace ImageOperator.Engine.Steps;

/// <summary>Runs one step with its controls: pause, timeout, retries with a doubling back-off.</summary>
internal sealed class StepRunner(IBuildObserver observer, SecretMasker masker, TimeProvider time)
{
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(5);

    /// <summary>Runs the step. A failure of the step is returned, not thrown; cancellation and a lost session are thrown.</summary>
    public async Task<StepResult> RunAsync(
        StepControls controls,
        int index,
        int of,
        Func<Action<OutputStream, string>, CancellationToken, Task<int?>> run,
        CancellationToken cancellationToken)
    {
        using var activity = EngineActivity.Source.StartActivity($"step {controls.Name}");
        activity?.SetTag("imageoperator.step.kind", controls.Kind).SetTag("imageoperator.step.index", index);
        if (controls.PauseBefore is { } pause) await Task.Delay(Limits.Clamp(pause.Value), time, cancellationToken).ConfigureAwait(false);
        var startTime = time.GetUtcNow();
        var started = time.GetTimestamp();
        var backoff = Limits.Clamp(controls.Retries?.Backoff.Value ?? TimeSpan.Zero);
        for (var tried = 1; ; tried++)
        {
            observer.Observe(new BuildEvent.StepStarted(controls.Name, controls.Kind, index, of, tried));
            var result = await TryAsync(controls, run, cancellationToken).ConfigureAwait(false) with
            {
                Tries = tried,
                StartTime = startTime,
                Duration = time.GetElapsedTime(started),
            };
            if (result.Succeeded || tried > (controls.Retries?.Limit ?? 0))
            {
                activity?.SetTag("imageoperator.step.tries", tried);
                if (!result.Succeeded) activity.Fail(result.Error!.Message, result.TimedOut ? Reasons.StepTimeout : Reasons.ProvisionerFailed);
                observer.Observe(new BuildEvent.StepEnded(controls.Name, controls.Kind, result.Succeeded, result.Duration, result.Error?.Message));
                return result;
            }

            observer.Observe(new BuildEvent.Message(
                MessageLevel.Warning, $"step {controls.Name} failed ({result.Error!.Message}); try {tried + 1} in {backoff.TotalSeconds:0.#} s"));
            await Task.Delay(backoff, time, cancellationToken).ConfigureAwait(false);
            backoff = backoff * 2 < LongestBackoff ? backoff * 2 : LongestBackoff;
        }
    }

    private async Task<StepResult> TryAsync(
        StepControls controls, Func<Action<OutputStream, string>, CancellationToken, Task<int?>> run, CancellationToken cancellationToken)
    {
        var tail = new OutputTail();
        using var timeout = controls.Timeout is { } limit
            ? new CancellationTokenSource(Limits.Clamp(limit.Value), time)
            : new CancellationTokenSource();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            var exitCode = await run(Print, linked.Token).ConfigureAwait(false);
            return Result(exitCode, null, false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Result(null, new StepException($"took longer than its timeout of {controls.Timeout}", hint: "raise the step's timeout, or find out what it waits for"), true);
        }
        catch (StepException e)
        {
            return Result(e.ExitCode, e, false);
        }

        void Print(OutputStream stream, string line)
        {
            // Masked before it is cut: half a secret would not be recognised later.
            tail.Add(masker.Apply(line));
            observer.Observe(new BuildEvent.Output(controls.Name, stream, line));
        }

        StepResult Result(int? exitCode, Exception? error, bool timedOut) => new(0, default, default, exitCode, error, timedOut, tail.Text);
    }
}
