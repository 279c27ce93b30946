using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Queue;
using ImageOperator.Runtime.Events;

namespace ImageOperator.Controller.Builds;

/// <summary>A decision in the making.</summary>
internal sealed class Draft(BuildObservation observation)
{
    private readonly List<BuildAction> actions = [];
    private TimeSpan? wakeAfter;

    public BuildObservation Observed { get; } = observation;

    public DateTimeOffset Now => Observed.Now;

    /// <summary>The operator's fields as they shall be.</summary>
    public ImageBuildStatus? Status { get; set; }

    /// <summary>Each target as it will stand: the builder's view with what this decision adds.</summary>
    public List<TargetView> Targets { get; } = [];

    /// <summary>Targets that the queue is to be asked about.</summary>
    public List<Claim> Claims { get; } = [];

    public bool NeedsLive { get; private set; }

    /// <summary>False means: leave everything as it is, the decision will be made again on a live observation.</summary>
    public bool IsLive()
    {
        NeedsLive |= !Observed.Live;
        return Observed.Live;
    }

    public void Do(BuildAction action)
    {
        if (!actions.Contains(action)) actions.Add(action);
    }

    public void Report(string reason, string verb, string note, EventSeverity severity = EventSeverity.Normal) =>
        Do(new BuildAction.Report(severity, reason, verb, note));

    public void Warn(string reason, string verb, string note) => Report(reason, verb, note, EventSeverity.Warning);

    public void Delete(IEnumerable<PodObservation> pods)
    {
        foreach (var pod in pods.Where(p => !p.IsTerminating)) Do(new BuildAction.DeletePod(pod.Name, pod.Uid));
    }

    public void WakeAt(DateTimeOffset time)
    {
        var after = time > Now ? time - Now : TimeSpan.Zero;
        if (wakeAfter is null || after < wakeAfter) wakeAfter = after;
    }

    public Decision ToDecision() => new() { Status = Status, Actions = actions, WakeAfter = wakeAfter, NeedsLive = NeedsLive, Claims = Claims };
}
