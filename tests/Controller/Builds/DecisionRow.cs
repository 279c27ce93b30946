using ImageOperator.Controller.Builds;

namespace ImageOperator.Controller.Tests.Builds;

/// <summary>One row of a decision table: in this state, this is done.</summary>
internal sealed record DecisionRow(string When, BuildObservation Given, string Actions)
{
    /// <summary>The reason of Ready afterwards; null when status is left alone.</summary>
    public string? Reason { get; init; }

    public string? Message { get; init; }

    public TimeSpan? WakeAfter { get; init; }

    public static string Words(Decision decision) => string.Join(' ', decision.Actions.Where(a => a is not BuildAction.Report).Select(Words));

    private static string Words(BuildAction action) => action switch
    {
        BuildAction.EnsureFinalizer => "finalizer",
        BuildAction.EnsureAccess => "access",
        BuildAction.CreateBuilder b => $"build:{b.Target}/{b.Attempt}",
        BuildAction.CreateSweeper s => $"sweep:{s.Target}/{s.Number}",
        BuildAction.DeletePod d => $"{(d.Force ? "kill" : "stop")}:{d.Name}",
        BuildAction.RemoveAccess => "-access",
        BuildAction.WriteManifest m => $"manifest:{m.ConfigMap}",
        BuildAction.RemoveFinalizer => "-finalizer",
        BuildAction.DeleteBuild => "delete",
        _ => action.ToString(),
    };
}
