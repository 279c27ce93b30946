namespace ImageOperator.Engine.Steps;

/// <summary>How a step ended after all its tries.</summary>
internal sealed record StepResult(int Tries, TimeSpan Duration, DateTimeOffset StartTime, int? ExitCode, Exception? Error, bool TimedOut, string? OutputTail)
{
    public bool Succeeded => Error is null;
}
