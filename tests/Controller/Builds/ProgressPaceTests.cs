using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Builds;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;

namespace ImageOperator.Controller.Tests.Builds;

public sealed class ProgressPaceTests
{
    private readonly FakeTimeProvider time = new(Given.Start);
    private readonly BuildMemory memory = new();
    private readonly ProgressPace pace;

    public ProgressPaceTests() => pace = new(time);

    [Fact]
    public void Progress_SoonAfterAWrite_WaitsForTheRestOfTheSecond()
    {
        var observed = Running(Given.Attempt(1, pod: null));
        var decision = BuildDecision.Decide(observed);
        Assert.Null(pace.Pause(observed, decision, memory));
        pace.Written(memory);
        time.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Empty(decision.Actions);
        Assert.Equal(TimeSpan.FromMilliseconds(700), pace.Pause(observed, decision, memory));
        time.Advance(TimeSpan.FromMilliseconds(700));
        Assert.Null(pace.Pause(observed, decision, memory));
    }

    [Fact]
    public void LaterAttempt_PodSeen_IsWrittenAtOnce() => AtOnce(Running(Given.Attempt(2, pod: null), attempt: 2));

    [Fact]
    public void Cancelled_IsWrittenAtOnce() => AtOnce(Running(Given.Attempt(1)).Cancelled());

    [Fact]
    public void Ended_IsWrittenAtOnce() =>
        AtOnce(Running(Given.Attempt(1, TargetPhase.Succeeded)).Pods(Given.Pod(PodLife.Ended, exitCode: 0)) with { Live = true });

    [Fact]
    public void PodToCreate_IsDoneAtOnce() => AtOnce(Running(Given.Attempt(1, pod: null)).Pods());

    private void AtOnce(BuildObservation observed)
    {
        pace.Written(memory);
        Assert.Null(pace.Pause(observed, BuildDecision.Decide(observed), memory));
    }

    private static BuildObservation Running(TargetStatus target, int attempt = 1) => Given.Running(target).With(b => b.Status = b.Status! with
    {
        ObservedGeneration = 1,
        Conditions = [Condition(ConditionTypes.Succeeded, "Unknown"), Condition(ConditionTypes.Reconciling, "True"), Condition(ConditionTypes.Ready, "Unknown")],
    }).Pods(Given.Pod(PodLife.Running, attempt));

    private static V1Condition Condition(string type, string status) => new() { Type = type, Status = status, Reason = Reasons.Building, Message = "before" };
}
