using System.Globalization;
using System.Text.Json;
using ImageOperator.Engine.Events;

namespace ImageOperator.Builder.Logging;

/// <summary>The fields of each kind of event in a log line.</summary>
internal static class EventFields
{
    /// <param name="json">The line.</param>
    /// <param name="buildEvent">What happened.</param>
    /// <param name="at">Where the build stands, for events that do not say it.</param>
    public static void Write(Utf8JsonWriter json, BuildEvent buildEvent, (string? Stage, string? Step) at)
    {
        switch (buildEvent)
        {
            case BuildEvent.StageStarted e:
                Write(json, at, "stage-started", $"working towards {e.Stage}", stage: e.Stage.ToString());
                break;
            case BuildEvent.StageReached e:
                Write(json, at, "stage-reached", $"{e.Stage} after {Seconds(e.Duration)}", stage: e.Stage.ToString(), duration: e.Duration);
                break;
            case BuildEvent.StepStarted e:
                Write(json, at, "step-started", $"{e.Kind} {e.Step} ({e.Index}/{e.Of}){(e.Try > 1 ? $", try {e.Try}" : "")}", step: e.Step);
                break;
            case BuildEvent.StepEnded e:
                Write(json, at, "step-ended", e.Succeeded ? $"{e.Step} succeeded" : $"{e.Step} failed: {e.Reason}", step: e.Step, duration: e.Duration);
                break;
            case BuildEvent.Output e:
                Write(json, at, "output", e.Line, step: e.Step);
                json.WriteString("stream", e.Stream.ToString().ToLowerInvariant());
                break;
            case BuildEvent.Message e:
                Write(json, at, "message", e.Text);
                break;
            case BuildEvent.Progress e:
                Write(json, at, "progress", e.Fraction is { } f ? $"{e.Text} {f.ToString("P0", CultureInfo.InvariantCulture)}" : e.Text);
                break;
            case BuildEvent.Ended e:
                Write(json, at, "ended", e.Failure is { } failure ? $"{e.Phase}: {failure.Message}" : e.Phase.ToString());
                if (e.Failure is { } f2) json.WriteString("reason", f2.Reason);
                break;
            default:
                Write(json, at, "event", buildEvent.ToString());
                break;
        }
    }

    private static void Write(Utf8JsonWriter json, (string? Stage, string? Step) at, string name, string text, string? stage = null, string? step = null, TimeSpan? duration = null)
    {
        json.WriteString("event", name);
        if ((stage ?? at.Stage) is { } where) json.WriteString("stage", where);
        if ((step ?? at.Step) is { } which) json.WriteString("step", which);
        if (duration is { } d) json.WriteNumber("seconds", Math.Round(d.TotalSeconds, 3));
        json.WriteString("message", text);
    }

    private static string Seconds(TimeSpan duration) => duration.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) + " s";
}
