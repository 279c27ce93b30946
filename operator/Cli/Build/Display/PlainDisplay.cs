using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Events;

namespace ImageOperator.Cli.Build.Display;

/// <summary>A line per event: <c>target  stage/step  text</c>. Progress at every tenth.</summary>
internal sealed class PlainDisplay(TextWriter results, TextWriter lines, IReadOnlyList<string> targets) : IBuildDisplay
{
    private readonly Lock _lock = new();
    private readonly int _width = targets.Max(t => t.Length);
    private readonly Dictionary<string, BuildStage> _stages = [];
    private readonly Dictionary<string, (string Text, int Tenth)> _progress = [];

    public void Observe(string target, BuildEvent buildEvent)
    {
        lock (_lock)
        {
            if (buildEvent is BuildEvent.StageStarted started) _stages[target] = started.Stage;
            var text = buildEvent is BuildEvent.Progress progress ? Tenth(target, progress) : EventText.Text(buildEvent);
            if (text is null) return;
            var stage = _stages.GetValueOrDefault(target);
            var place = EventText.Step(buildEvent) is { } step ? $"{stage}/{step}" : stage.ToString();
            lines.WriteLine($"{target.PadRight(_width)}  {place,-22}  {text}");
        }
    }

    public void Note(string text)
    {
        lock (_lock) lines.WriteLine(text);
    }

    public Task FinishAsync(BuildResult result)
    {
        lock (_lock)
        {
            lines.Flush();
            Summary.Write(results, result);
        }

        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string? Tenth(string target, BuildEvent.Progress progress)
    {
        var tenth = progress.Fraction is { } fraction ? (int)(fraction * 10) : -1;
        if (_progress.GetValueOrDefault(target) == (progress.Text, tenth)) return null;
        _progress[target] = (progress.Text, tenth);
        return progress.Fraction is { } known ? $"{progress.Text} {EventText.Percent(known)}" : progress.Text;
    }
}
