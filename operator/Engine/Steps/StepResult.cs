using ImageOperator.Engine.Failures;

namespace ImageOperator.Engine.Steps;

/// <summary>How a step ended after all its tries.</summary>
internal sealed record StepResult(int Tries, TimeSpan Duration, DateTimeOffset StartTime, int? ExitCode, Exception? Error, bool TimedOut, string? OutputTail)
{
    public bool Succeeded => Error is null;

    /// <summary>What to look at. No failed step is without it: an exit code alone tells nobody where to go on.</summary>
    public string Hint => (Error as StepException)?.Hint ?? (TimedOut
        ? "see in logTail what it waited for, or raise the step's timeout"
        : "logTail is the end of the step's output, the builder's log has all of it; steps of onFailure can save more from the machine");
}
