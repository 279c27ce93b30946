using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Queue;
using ImageOperator.Runtime.Conditions;
using ImageOperator.Runtime.Events;
using static ImageOperator.Controller.Builds.PodLife;
using static ImageOperator.Controller.Tests.Builds.Given;
using Phase = ImageOperator.Api.ImageBuilds.TargetPhase;

namespace ImageOperator.Controller.Tests.Builds;

/// <summary>What decisions write into a build's status, and tell.</summary>
public sealed class BuildStatusTests
{
    [Theory]
    [InlineData(0, EventSeverity.Normal, 60)]
    [InlineData(59, EventSeverity.Normal, 1)]
    [InlineData(60, EventSeverity.Warning, null)]
    public void Decide_TemplateMissing_AWarningOnlyWhenItDoesNotCome(int age, EventSeverity severity, int? wakeAfter)
    {
        var seen = New().With(b => b.Metadata.CreationTimestamp = Start.UtcDateTime) with { Template = null, Now = Start.AddSeconds(age) };

        var decision = BuildDecision.Decide(seen);

        var report = Assert.Single(decision.Actions.OfType<BuildAction.Report>());
        Assert.Equal(("TemplateNotFound", severity), (report.Reason, report.Severity));
        Assert.Equal(wakeAfter, decision.WakeAfter?.TotalSeconds);
    }

    [Fact]
    public void Decide_Queued_PlaceInStatusUntilItsTurn()
    {
        var queued = New().Queued(3);
        var status = BuildDecision.Decide(queued).Status!;
        Assert.Equal((3, "ImagePlatform aws: 5 of 5 builds run", Start), (status.Queue!.Position, status.Queue.Limit, status.Queue.Since));
        Assert.Null(status.StartTime);
        Assert.NotNull(status.Template);

        var started = BuildDecision.Decide(queued.With(b => b.Status = status) with { Admissions = Admissions.All, Now = Start.AddHours(1) }).Status!;

        Assert.Null(started.Queue);
        Assert.Equal(Start.AddHours(1), started.StartTime);
        Assert.Equal(Start.AddHours(1), Assert.Single(started.Targets!).AdmittedTime);
    }

    [Fact]
    public void Decide_TemplateSuspendedLater_RunningBuildsGoOn()
    {
        var running = Running(Attempt(1, Phase.Running)).Pods(Pod(PodLife.Running)) with { Template = Template with { Suspend = true } };

        Assert.Equal("Building", BuildDecision.Decide(running).Status!.Conditions!.Find(ConditionTypes.Ready)!.Reason);
    }

    [Fact]
    public void Decide_New_SnapshotsTheTemplate()
    {
        var status = BuildDecision.Decide(New()).Status!;

        Assert.Equal(Template, status.Template);
        Assert.Equal(Start, status.StartTime);
        // Only the builders have all inputs.
        Assert.Null(status.InputsDigest);
        var target = Assert.Single(status.Targets!);
        Assert.Equal(1, target.Attempt);
        Assert.Null(target.PodName);
    }

    [Fact]
    public void Decide_TemplateEditedLater_SnapshotStays()
    {
        var edited = Running(Attempt(1, Phase.Running)).Pods(Pod(PodLife.Running)) with { Template = TemplateOf("other") };

        Assert.Equal("lab", Assert.Single(BuildDecision.Decide(edited).Status!.Template!.Targets).Name);
    }

    [Fact]
    public void Decide_PodSeen_WritesItsName()
    {
        var status = BuildDecision.Decide(Running(Attempt(1, pod: null)).Pods(Pod(Pending))).Status!;

        Assert.Equal("web-1-lab-1", Assert.Single(status.Targets!).PodName);
    }

    [Fact]
    public void Decide_BuilderWroteTheEnd_TheEndStaysTheBuilders()
    {
        var decision = BuildDecision.Decide(Running(Attempt(1, Phase.Failed)).Pods(Pod(Ended, exitCode: 1)));

        Assert.Null(Assert.Single(decision.Status!.Targets!).Phase);
    }

    [Fact]
    public void Decide_OperatorWroteTheEnd_RepeatsIt()
    {
        // What an applied configuration leaves out is removed.
        var first = BuildDecision.Decide(Running(Attempt(3, Phase.Running, dirty: true))).Status!;
        var second = BuildDecision.Decide(Running(Attempt(3, Phase.Running, dirty: true)).With(b => b.Status = StatusContract.Merge(b.Status, first))
            .Pods(Pod(PodLife.Running, sweeper: true))).Status!;

        Assert.Equal(Phase.Failed, Assert.Single(first.Targets!).Phase);
        Assert.Equal(Assert.Single(first.Targets!), Assert.Single(second.Targets!));
    }

    [Fact]
    public void Decide_Succeeded_FlatArtifactsWithTheirTarget()
    {
        var status = BuildDecision.Decide(Running(Attempt(1, Phase.Succeeded))).Status!;

        Assert.Equal("lab", Assert.Single(status.Artifacts!).Target);
        Assert.Equal("1/1", status.TargetSummary);
        Assert.Equal("1m", status.Duration);
        Assert.Equal("Succeeded", status.Stage);
    }

    [Fact]
    public void Decide_Building_TheReasonIsToldAndReported()
    {
        var running = Attempt(1, Phase.Running) with { InputsDigest = "sha256:1", Reason = "params.release: 1.0 → 1.1 (since web-0)" };

        var decision = BuildDecision.Decide(Running(running).Pods(Pod(PodLife.Running)));

        Assert.Equal(running.Reason, decision.Status!.Reason);
        Assert.Equal($"lab: {running.Reason}", Assert.Single(decision.Actions.OfType<BuildAction.Report>(), r => r.Reason == "BuildNeeded").Note);
    }

    [Fact]
    public void Decide_TwoTargets_DigestOnlyWhenBothAreKnown()
    {
        var one = Attempt(1, Phase.Running) with { InputsDigest = "sha256:1", Reason = "forced" };
        var other = Attempt(1, Phase.Running, "web-1-edge-1", name: "edge");
        ImageBuildStatus Of(TargetStatus second) => BuildDecision.Decide(Running(one, second).Pods(Pod(PodLife.Running), Pod(PodLife.Running, target: "edge"))).Status!;

        Assert.Null(Of(other).InputsDigest);
        Assert.Equal("lab: forced", Of(other).Reason);
        Assert.NotNull(Of(other with { InputsDigest = "sha256:2", Reason = "forced" }).InputsDigest);
        Assert.Equal("forced", Of(other with { InputsDigest = "sha256:2", Reason = "forced" }).Reason);
        Assert.Equal("lab: forced; edge: new", Of(other with { InputsDigest = "sha256:2", Reason = "new" }).Reason);
    }
}
