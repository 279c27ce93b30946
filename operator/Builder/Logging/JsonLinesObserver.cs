using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ImageOperator.Api.Tracing;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Builder.Logging;

/// <summary>Writes each event as one JSON object a line: time, level, build, target, attempt, and what happened.</summary>
internal sealed class JsonLinesObserver(BuildIdentity identity, Stream output, TimeProvider time, TraceParent? trace = null, StoredLog? stored = null) : IBuildObserver
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private long? _lastProgress;
    private string? _stage;
    private string? _step;

    public void Observe(BuildEvent buildEvent)
    {
        lock (_lock)
        {
            if (buildEvent is BuildEvent.Progress && !IsProgressDue()) return;
            _buffer.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(_buffer, WriterOptions))
            {
                json.WriteStartObject();
                json.WriteString("time", time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
                json.WriteString("level", Level(buildEvent));
                json.WriteString("build", $"{identity.Namespace}/{identity.Name}");
                json.WriteString("target", identity.Target);
                json.WriteNumber("attempt", identity.Attempt);
                if (trace is not null) json.WriteString("trace_id", trace.TraceId.ToHexString());
                EventFields.Write(json, buildEvent, Place(buildEvent));
                json.WriteEndObject();
            }

            _buffer.Write("\n"u8);
            output.Write(_buffer.WrittenSpan);
            output.Flush();
            stored?.Write(_buffer.WrittenSpan);
        }
    }

    /// <summary>Where the build stands with this event.</summary>
    private (string? Stage, string? Step) Place(BuildEvent buildEvent)
    {
        if (buildEvent is BuildEvent.StageStarted started) (_stage, _step) = (started.Stage.ToString(), null);
        if (buildEvent is BuildEvent.StepStarted step) _step = step.Step;
        var place = (_stage, _step);
        if (buildEvent is BuildEvent.StepEnded) _step = null;
        return place;
    }

    private bool IsProgressDue()
    {
        if (_lastProgress is { } last && time.GetElapsedTime(last) < ProgressInterval) return false;
        _lastProgress = time.GetTimestamp();
        return true;
    }

    private static string Level(BuildEvent buildEvent) => buildEvent switch
    {
        BuildEvent.Message m => m.Level.ToString().ToLowerInvariant(),
        BuildEvent.StepEnded { Succeeded: false } => "error",
        BuildEvent.Ended { Failure: not null } => "error",
        _ => "info",
    };
}
