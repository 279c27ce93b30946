using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Hosting;
using k8s.Models;

namespace ImageOperator.Controller.Tests.Builds;

public sealed class CachedFormTests
{
    [Fact]
    public void EndedBuild_IsPackedAndKeepsWhatDecisionsLookAt()
    {
        var kept = CachedForm.Of(Ended("lab"));

        Assert.True(CachedForm.IsEnded(kept));
        Assert.Null(kept.Metadata.ManagedFields);
        Assert.Null(kept.Status!.Targets![0].Stages);
        Assert.Equal("lab", kept.Status.Template!.Targets[0].Name);
    }

    [Fact]
    public void DeletedBuildAndRunningPod_AreAtHand()
    {
        var build = CachedForm.Of(Ended("lab"));
        build.Metadata.DeletionTimestamp = Given.Start.UtcDateTime;
        var pod = CachedForm.Of(Pod());
        Assert.True(CachedForm.IsEnded(pod));
        pod.Status.Phase = "Running";

        Assert.False(CachedForm.IsEnded(build));
        Assert.False(CachedForm.IsEnded(pod));
    }

    [Fact]
    public void RunningBuild_KeepsItsStagesAndSteps()
    {
        var build = Ended("lab");
        build.Status = build.Status! with { CompletionTime = null };

        Assert.NotEmpty(CachedForm.Of(build).Status!.Targets![0].Stages!);
    }

    [Fact]
    public void Pod_ReadsAsBefore()
    {
        var whole = PodReader.Read(Pod());

        Assert.Equal(whole, PodReader.Read(CachedForm.Of(Pod())));
        Assert.Null(CachedForm.Of(Pod()).Spec);
    }

    private static ImageBuild Ended(string target) => new()
    {
        Metadata = new() { Name = "web-1", NamespaceProperty = "ns", ManagedFields = [new()] },
        Spec = new() { TemplateRef = new() { Name = "web" } },
        Status = new()
        {
            Template = Given.TemplateOf(target),
            CompletionTime = Given.Start,
            Targets = [Given.Attempt(1, TargetPhase.Succeeded) with { Stages = [new() { Name = BuildStage.Connected, StartTime = Given.Start }] }],
        },
    };

    private static V1Pod Pod() => new()
    {
        Metadata = new()
        {
            Name = "web-1-lab-1",
            NamespaceProperty = "ns",
            Uid = "pod-1",
            CreationTimestamp = Given.Start.UtcDateTime,
            Labels = new Dictionary<string, string> { [Labels.Target] = "lab", [Labels.Attempt] = "1", [Labels.Role] = Labels.BuilderRole, [Labels.BuildUid] = "uid-1" },
            OwnerReferences = [new() { ApiVersion = "v1", Kind = "ImageBuild", Name = "web-1", Uid = "uid-1", Controller = true }],
        },
        Spec = new() { NodeName = "node-1", Containers = [] },
        Status = new()
        {
            Phase = "Failed",
            Reason = "Evicted",
            Message = "no disk",
            Conditions = [new() { Type = "PodScheduled", Status = "True", LastTransitionTime = Given.Start.UtcDateTime }, new() { Type = "Ready", Status = "False" }],
            ContainerStatuses = [new() { Name = "builder", Image = "x", State = new() { Terminated = new() { ExitCode = 137, Reason = "OOMKilled", FinishedAt = Given.Start.UtcDateTime } } }],
        },
    };
}
