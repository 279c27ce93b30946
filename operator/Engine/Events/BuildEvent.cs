using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Events;

/// <summary>Something that happened in a build.</summary>
public abstract record BuildEvent
{
    /// <summary>A stage was begun.</summary>
    public sealed record StageStarted(BuildStage Stage) : BuildEvent;

    /// <summary>A stage was reached.</summary>
    public sealed record StageReached(BuildStage Stage, TimeSpan Duration) : BuildEvent;

    /// <summary>A try of a provisioner or test was begun.</summary>
    public sealed record StepStarted(string Step, string Kind, int Index, int Of, int Try) : BuildEvent;

    /// <summary>A provisioner or test ended, after all its tries.</summary>
    public sealed record StepEnded(string Step, string Kind, bool Succeeded, TimeSpan Duration, string? Reason) : BuildEvent;

    /// <summary>A line that a step printed.</summary>
    public sealed record Output(string Step, OutputStream Stream, string Line) : BuildEvent;

    /// <summary>Something worth a log line.</summary>
    public sealed record Message(MessageLevel Level, string Text) : BuildEvent;

    /// <summary>How far a long work is.</summary>
    /// <param name="Text">What is done: "downloading source".</param>
    /// <param name="Fraction">From 0 to 1; null where the end is not known.</param>
    public sealed record Progress(string Text, double? Fraction) : BuildEvent
    {
        /// <summary>How far each region is; null where there are none.</summary>
        public IReadOnlyList<RegionProgress>? Regions { get; init; }
    }

    /// <summary>The target ended.</summary>
    public sealed record Ended(TargetPhase Phase, Failure? Failure, IReadOnlyList<Artifact> Artifacts) : BuildEvent;
}

/// <summary>How much a message matters.</summary>
public enum MessageLevel
{
    /// <summary>For a diagnosis.</summary>
    Debug,

    /// <summary>The ordinary course.</summary>
    Info,

    /// <summary>Someone may want to look.</summary>
    Warning,

    /// <summary>Something failed.</summary>
    Error,
}
