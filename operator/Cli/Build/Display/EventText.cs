using System.Globalization;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Events;

namespace ImageOperator.Cli.Build.Display;

/// <summary>Events in words: where in the build, and what happened there.</summary>
internal static class EventText
{
    /// <summary>The step that the event is of; null if it is not of a step.</summary>
    public static string? Step(BuildEvent e) => e switch
    {
        BuildEvent.StepStarted started => started.Step,
        BuildEvent.StepEnded ended => ended.Step,
        BuildEvent.Output output => output.Step,
        _ => null,
    };

    /// <summary>Null for what is not worth a line.</summary>
    public static string? Text(BuildEvent e) => e switch
    {
        BuildEvent.StageReached reached => $"{reached.Stage} reached in {Seconds(reached.Duration)}",
        BuildEvent.StepStarted { Try: 1 } started => $"{started.Kind} step {started.Index} of {started.Of}",
        BuildEvent.StepStarted started => $"try {started.Try}",
        BuildEvent.StepEnded { Succeeded: true } ended => $"done in {Seconds(ended.Duration)}",
        BuildEvent.StepEnded ended => $"failed after {Seconds(ended.Duration)}: {ended.Reason}",
        BuildEvent.Output output => $"| {output.Line}",
        BuildEvent.Message { Level: MessageLevel.Debug } => null,
        BuildEvent.Message { Level: MessageLevel.Warning } message => $"warning: {message.Text}",
        BuildEvent.Message { Level: MessageLevel.Error } message => $"error: {message.Text}",
        BuildEvent.Message message => message.Text,
        BuildEvent.Ended { Phase: TargetPhase.Failed, Failure: { } failure } => $"Failed: {failure.Reason}: {failure.Message}",
        BuildEvent.Ended ended => ended.Phase.ToString(),
        _ => null,
    };

    public static string Seconds(TimeSpan span) => span < TimeSpan.FromMinutes(1)
        ? span.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s"
        : string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min {span.Seconds:00} s");

    public static string Percent(double fraction) => fraction.ToString("0 %", CultureInfo.InvariantCulture);

    public static string Bytes(long bytes) => bytes switch
    {
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB"),
        < 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.##} GiB"),
    };
}
