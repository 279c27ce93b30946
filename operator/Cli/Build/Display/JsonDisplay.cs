using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api;
using ImageOperator.Engine.Events;

namespace ImageOperator.Cli.Build.Display;

/// <summary>A JSON object per line, for programs: events, and at the end the result with every target's status.</summary>
internal sealed class JsonDisplay(TextWriter output, TimeProvider time) : IBuildDisplay
{
    private readonly Lock _lock = new();

    public void Observe(string target, BuildEvent buildEvent)
    {
        if (buildEvent is BuildEvent.Message { Level: MessageLevel.Debug }) return;
        var line = New(Camel(buildEvent.GetType().Name));
        line["target"] = target;
        foreach (var (name, value) in JsonSerializer.SerializeToNode(buildEvent, buildEvent.GetType(), ApiJson.Options)!.AsObject().ToList())
        {
            line[name] = value?.DeepClone();
        }

        Write(line);
    }

    public void Note(string text)
    {
        var line = New("note");
        line["text"] = text;
        Write(line);
    }

    public Task FinishAsync(BuildResult result)
    {
        var line = New("result");
        line["build"] = result.Build.Name;
        line["uid"] = result.Build.Uid;
        line["succeeded"] = result.Succeeded;
        line["seconds"] = Math.Round(result.Duration.TotalSeconds, 3);
        line["stateFolder"] = result.StateFolder;
        line["targets"] = JsonSerializer.SerializeToNode(result.Targets.Select(t => t.Status), ApiJson.Options);
        Write(line);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private JsonObject New(string kind) => new() { ["time"] = time.GetUtcNow().ToString("O"), ["event"] = kind };

    private void Write(JsonObject line)
    {
        var text = line.ToJsonString(ApiJson.Options);
        lock (_lock)
        {
            output.WriteLine(text);
            output.Flush();
        }
    }

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
