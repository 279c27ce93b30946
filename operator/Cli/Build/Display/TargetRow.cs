using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Events;
using Spectre.Console;

namespace ImageOperator.Cli.Build.Display;

/// <summary>What a target's row shows: stage, step, progress, time.</summary>
internal sealed class TargetRow(string target, TimeProvider time)
{
    private static readonly int Stages = Enum.GetValues<BuildStage>().Length - 1;

    private long? _started;
    private TimeSpan? _took;
    private BuildStage _stage;
    private BuildEvent.StepStarted? _step;
    private BuildEvent.Progress? _progress;
    private TargetPhase _phase = TargetPhase.Pending;

    public string Target => target;

    public void Take(BuildEvent e)
    {
        _started ??= time.GetTimestamp();
        if (_phase == TargetPhase.Pending) _phase = TargetPhase.Running;
        switch (e)
        {
            case BuildEvent.StageStarted started:
                (_stage, _step, _progress) = (started.Stage, null, null);
                break;
            case BuildEvent.StepStarted step:
                (_step, _progress) = (step, null);
                break;
            case BuildEvent.StepEnded:
                _step = null;
                break;
            case BuildEvent.Progress progress:
                _progress = progress;
                break;
            case BuildEvent.Ended ended:
                (_phase, _took, _step, _progress) = (ended.Phase, time.GetElapsedTime(_started.Value), null, null);
                break;
        }
    }

    public Text Render()
    {
        var elapsed = _took ?? (_started is { } started ? time.GetElapsedTime(started) : TimeSpan.Zero);
        var mark = _phase switch { TargetPhase.Succeeded or TargetPhase.UpToDate or TargetPhase.Planned => "✓", TargetPhase.Failed => "✗", TargetPhase.Cancelled => "-", _ => "•" };
        var what = _phase switch
        {
            TargetPhase.Pending => "waiting",
            TargetPhase.Running => $"{_stage} ({(int)_stage}/{Stages}){Step()}{Progress()}",
            _ => _phase.ToString(),
        };
        return new Text($"{mark} {target}  {EventText.Seconds(elapsed),8}  {what}", new Style(_phase switch
        {
            TargetPhase.Succeeded or TargetPhase.UpToDate or TargetPhase.Planned => Color.Green,
            TargetPhase.Failed => Color.Red,
            _ => Color.Aqua,
        })).Ellipsis();
    }

    private string Step() => _step is { } step ? $"  {step.Step} [{step.Index}/{step.Of}]{(step.Try > 1 ? $" try {step.Try}" : "")}" : "";

    private string Progress() => _progress is { } p ? $"  {p.Text}{(p.Fraction is { } f ? $" {EventText.Percent(f)}" : "")}" : "";
}
