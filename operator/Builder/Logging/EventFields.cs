using System.Globalization;
using System.Text.Json;
using ImageOperator.Engine.Events;

namespace ImageOperator.Builder.Logging;

/// <summary>The fields of each kind of event in a log line.</summary>
internal static class EventFields
{
    public static void Write(Utf8JsonWriter json, BuildEvent buildEvent)
    {
        switch (buildEvent)
        {
            case BuildEvent.StageStarted e:
                Write(json, "stage-started", $"working towards {e.Stage}", stage: e.Stage.ToString());
                break;
            case BuildEvent.StageReached e:
                Write(json, "stage-reached", $"{e.Stage} after {Seconds(e.Duration)}", stage: e.Stage.ToString(), duration: e.Duration);
                break;
            case BuildEvent.StepStarted e:
                Write(json, "step-started", $"{e.Kind} {e.Step} ({e.Index}/{e.Of}){(e.Try > 1 ? $", try {e.Try}" : "")}", step: e.Step);
                break;
            case BuildEvent.StepEnded e:
                Write(json, "step-ended", e.Succeeded ? $"{e.Step} succeeded" : $"{e.Step} failed: {e.Reason}", step: e.Step, duration: e.Duration);
                break;
            case BuildEvent.Output e:
                Write(json, "output", e.Line, step: e.Step);
                json.WriteString("stream", e.Stream.ToString().ToLowerInvariant());
                break;
            case BuildEvent.Message e:
                Write(json, "message", e.Text);
                break;
            case BuildEvent.Progress e:
                Write(json, "progress", e.Fraction is { } f ? $"{e.Text} {f.ToString("P0", CultureInfo.InvariantCulture)}" : e.Text);
                break;
            case BuildEvent.Ended e:
                Write(json, "ended", e.Failure is { } failure ? $"{e.Phase}: {failure.Message}" : e.Phase.ToString());
                if (e.Failure is { } f2) json.WriteString("reason", f2.Reason);
                break;
            default:
                Write(json, "event", buildEvent.ToString());
                break;
        }
    }

    private static void Write(Utf8JsonWriter json, string name, string text, string? stage = null, string? step = null, TimeSpan? duration = null)
    {
        json.WriteString("event", name);
        if (stage is not null) json.WriteString("stage", stage);
        if (step is not null) json.WriteString("step", step);
        if (duration is { } d) json.WriteNumber("seconds", Math.Round(d.TotalSeconds, 3));
        json.WriteString("message", text);
    }

    private static string Seconds(TimeSpan duration) => duration.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) + " s";
}
