using System.Text.Json.Nodes;
using ImageOperator.Api.Common;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Tests.Builds;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Conditions;
using k8s.Models;
using Phase = ImageOperator.Api.ImageBuilds.TargetPhase;
using Types = ImageOperator.Api.Conditions.ConditionTypes;

namespace ImageOperator.Controller.Tests.Cluster;

[Trait("Category", "Cluster")]
public sealed class BuildLifeTests
{
    private static readonly Failure Broken = new() { Stage = BuildStage.Provisioned, Step = "packages", Reason = "ProvisionerFailed", Message = "exit code 1" };

    [Fact]
    public async Task Build_BuilderSucceeds_ReadyWithArtifacts()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.TemplateAsync(Given.Template);
        await cluster.BuildAsync();
        var builder = await new ScriptedBuilder(cluster).RunAsync();
        await builder.WriteAsync(Phase.Running, BuildStage.Connected, dirty: true);
        var running = await cluster.WaitAsync(b => Ready(b)?.Message == "lab: Connected", "the progress");
        Assert.Equal(KStatusCode.InProgress, KStatusCalculator.Compute(running).Code);
        await builder.WriteAsync(Phase.Succeeded, BuildStage.CleanedUp);
        await builder.ExitAsync(0);

        var done = await EndAsync(cluster);

        Assert.Equal(KStatusCode.Current, KStatusCalculator.Compute(done).Code);
        Assert.Equal("lab", Assert.Single(done.Status!.Artifacts!).Target);
        Assert.Equal("1/1", done.Status.TargetSummary);
        await TestCluster.UntilAsync(async () => await cluster.Client.FindAsync<V1ServiceAccount>(cluster.Key("web-1-builder"), default) is null, () => "the access to go");
        await NoMoreWritesAsync(cluster);
        await DeleteAsync(cluster);
        await cluster.GoneAsync();
    }

    [Fact]
    public async Task Build_BuilderFails_StalledWithItsWords()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.TemplateAsync(Given.Template);
        await cluster.BuildAsync();
        var builder = await new ScriptedBuilder(cluster).RunAsync();
        await builder.WriteAsync(Phase.Failed, BuildStage.Connected, failure: Broken);
        await builder.ExitAsync(1);

        var done = await EndAsync(cluster);

        Assert.Equal(KStatusCode.Failed, KStatusCalculator.Compute(done).Code);
        Assert.Equal("ProvisionerFailed", Ready(done)!.Reason);
        Assert.Contains("lab: Provisioned not reached, step packages: exit code 1", Ready(done)!.Message, StringComparison.Ordinal);
        Assert.Equal("Failed", done.Status!.Stage);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Build_PodLost_NextAttemptAndOldBuilderFenced(bool vanishes)
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.TemplateAsync(Given.Template);
        await cluster.BuildAsync();
        var first = await new ScriptedBuilder(cluster).RunAsync();
        await first.WriteAsync(Phase.Running, BuildStage.Connected, dirty: true);
        await cluster.WaitAsync(b => b.Status!.Targets![0].PodName == "web-1-lab-1", "podName");
        await (vanishes ? first.VanishAsync() : first.ExitAsync(137));

        var second = await new ScriptedBuilder(cluster, attempt: 2).RunAsync();

        var conflict = await Assert.ThrowsAsync<ApiException>(() => first.WriteAsync(Phase.Running, BuildStage.Captured));
        Assert.Equal(ApiError.Conflict, conflict.Error);
        Assert.Contains(conflict.ConflictingFields, f => f.Contains("attempt", StringComparison.Ordinal));
        await second.WriteAsync(Phase.Succeeded, BuildStage.CleanedUp);
        await second.ExitAsync(0);
        var done = await EndAsync(cluster);
        Assert.True(done.Status!.Conditions!.IsTrue(Types.Succeeded));
        Assert.Equal(2, done.Status.Targets![0].Attempt);
    }

    [Fact]
    public async Task Build_AllAttemptsLost_AttemptsExhaustedAfterSweep()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.TemplateAsync(Given.Template);
        await cluster.BuildAsync(new() { TemplateRef = new() { Name = "web" }, FailurePolicy = new() { MaxAttempts = 2 } });
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var builder = await new ScriptedBuilder(cluster, attempt).RunAsync();
            await builder.WriteAsync(Phase.Running, BuildStage.MachineCreated, dirty: true);
            await builder.ExitAsync(137);
        }

        var sweeper = await new ScriptedBuilder(cluster, 2, podName: "web-1-lab-sweep-1").RunAsync();
        await cluster.WaitAsync(b => Ready(b)?.Reason == "Sweeping", "sweeping");
        await sweeper.WriteAsync(Phase.Failed, BuildStage.MachineCreated, failure: (await Target(cluster)).Failure);
        await sweeper.ExitAsync(0);

        var done = await EndAsync(cluster);
        Assert.Equal("AttemptsExhausted", Ready(done)!.Reason);
        Assert.Equal(KStatusCode.Failed, KStatusCalculator.Compute(done).Code);
    }

    [Fact]
    public async Task Build_RealPodsThatCannotRun_AttemptsExhausted()
    {
        // The image has no image-builder: the kubelet fails every pod.
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster, realPods: true);
        await cluster.TemplateAsync(Startable());
        await cluster.BuildAsync(new() { TemplateRef = new() { Name = "web" }, FailurePolicy = new() { MaxAttempts = 2 } });

        var done = await EndAsync(cluster);

        Assert.Equal("AttemptsExhausted", Ready(done)!.Reason);
        Assert.Contains("image-builder", Ready(done)!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_PodCannotStart_PodNotStartedWithTheKubeletsWords()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster, realPods: true, new BuildPolicy { PodStartTimeout = TimeSpan.FromSeconds(4) });
        await cluster.TemplateAsync(Startable() with { Parameters = [new() { Name = "password", SecretKeyRef = new() { Name = "absent", Key = "k" } }] });
        await cluster.BuildAsync();

        var done = await EndAsync(cluster);

        Assert.Equal("PodNotStarted", Ready(done)!.Reason);
        Assert.Contains("secret \"absent\" not found", Ready(done)!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_TemplateAppearsLater_GoesOn()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.BuildAsync();
        var waiting = await cluster.WaitAsync(b => Ready(b)?.Reason == "TemplateNotFound", "TemplateNotFound");
        Assert.Equal(KStatusCode.InProgress, KStatusCalculator.Compute(waiting).Code);

        await cluster.TemplateAsync(Given.Template);

        await cluster.PodAsync("web-1-lab-1");
    }

    [Fact]
    public async Task Build_TemplateInvalid_StalledForEver()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.TemplateAsync(Given.Template with { Parameters = [new() { Name = "size" }] });
        await cluster.BuildAsync(new() { TemplateRef = new() { Name = "web" }, Targets = ["lab"] });

        var done = await EndAsync(cluster);

        Assert.Equal("TemplateInvalid", Ready(done)!.Reason);
        Assert.Contains("spec.parameters.size", Ready(done)!.Message, StringComparison.Ordinal);
        Assert.Equal(KStatusCode.Failed, KStatusCalculator.Compute(done).Code);
    }

    [Fact]
    public async Task Cancel_BuilderCleansUp_Cancelled()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.TemplateAsync(Given.Template);
        await cluster.BuildAsync();
        var builder = await new ScriptedBuilder(cluster).RunAsync();
        await builder.WriteAsync(Phase.Running, BuildStage.Connected, dirty: true);
        await CancelAsync(cluster);
        await builder.AskedToStopAsync();
        await builder.WriteAsync(Phase.Cancelled, BuildStage.CleanedUp);
        await builder.ExitAsync(5);

        var done = await EndAsync(cluster);

        Assert.Equal("Cancelled", Ready(done)!.Reason);
        Assert.Equal(KStatusCode.Failed, KStatusCalculator.Compute(done).Code);
    }

    [Fact]
    public async Task Cancel_BuilderDies_SweptAndCancelled()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.TemplateAsync(Given.Template);
        await cluster.BuildAsync();
        var builder = await new ScriptedBuilder(cluster).RunAsync();
        await builder.WriteAsync(Phase.Running, BuildStage.Connected, dirty: true);
        await CancelAsync(cluster);
        await builder.AskedToStopAsync();
        await builder.ExitAsync(137);
        var sweeper = await new ScriptedBuilder(cluster, podName: "web-1-lab-sweep-1").RunAsync();
        await sweeper.WriteAsync(Phase.Cancelled, BuildStage.Connected, failure: (await Target(cluster)).Failure);
        await sweeper.ExitAsync(0);

        Assert.Equal("Cancelled", Ready(await EndAsync(cluster))!.Reason);
    }

    [Theory]
    [InlineData("waiting for its template")]
    [InlineData("pod pending")]
    [InlineData("running")]
    [InlineData("builder dead")]
    [InlineData("finished")]
    public async Task Delete_InAnyPhase_GoesWhenClean(string phase)
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        if (phase != "waiting for its template") await cluster.TemplateAsync(Given.Template);
        await cluster.BuildAsync();
        if (phase == "waiting for its template")
        {
            await cluster.WaitAsync(b => Ready(b)?.Reason == "TemplateNotFound", "TemplateNotFound");
            await DeleteAsync(cluster);
        }
        else if (phase == "pod pending")
        {
            await cluster.PodAsync("web-1-lab-1");
            await DeleteAsync(cluster);
        }
        else
        {
            await DeleteAtWorkAsync(cluster, phase);
        }

        await cluster.GoneAsync();
        await TestCluster.UntilAsync(async () => await cluster.Client.FindAsync<V1ServiceAccount>(cluster.Key("web-1-builder"), default) is null, () => "the access to go");
    }

    [Fact]
    public async Task Delete_SweeperFails_RetriedUntilAbandoned()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.TemplateAsync(Given.Template);
        await cluster.BuildAsync();
        var builder = await new ScriptedBuilder(cluster).RunAsync();
        await builder.WriteAsync(Phase.Running, BuildStage.Connected, dirty: true);
        await DeleteAsync(cluster);
        await builder.AskedToStopAsync();
        await builder.ExitAsync(137);
        for (var number = 1; number <= 2; number++)
        {
            var sweeper = await new ScriptedBuilder(cluster, podName: $"web-1-lab-sweep-{number}").RunAsync();
            await sweeper.ExitAsync(1);
        }

        await cluster.PodAsync("web-1-lab-sweep-3");
        await cluster.Client.MergePatchAsync<ImageBuild>(
            cluster.Key("web-1"), Annotation(Labels.AbandonCleanup, "true"), null, default);

        await cluster.GoneAsync();
        await TestCluster.UntilAsync(async () => (await Events(cluster)).Any(e => e.Reason == "CleanupAbandoned" && e.Note.Contains("vm-1", StringComparison.Ordinal)), () => "the event");
    }

    [Fact]
    public async Task Build_OperatorRestartedInEveryPhase_OneOfEachPod()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.TemplateAsync(Given.Template);
        await cluster.BuildAsync();
        ScriptedBuilder? builder = null;
        Func<Task>[] phases =
        [
            async () => builder = await new ScriptedBuilder(cluster).RunAsync(),
            async () => await builder!.WriteAsync(Phase.Running, BuildStage.Connected, dirty: true),
            async () => await builder!.ExitAsync(137),
            async () => builder = await new ScriptedBuilder(cluster, attempt: 2).RunAsync(),
            async () => await builder!.WriteAsync(Phase.Failed, BuildStage.Connected, dirty: true, Broken),
            async () => await builder!.ExitAsync(1),
            async () => builder = await new ScriptedBuilder(cluster, attempt: 2, podName: "web-1-lab-sweep-1").RunAsync(),
            async () => await builder!.WriteAsync(Phase.Failed, BuildStage.Connected, failure: Broken),
            async () => await builder!.ExitAsync(0),
            async () => await EndAsync(cluster),
            async () => await DeleteAsync(cluster),
            async () => await cluster.GoneAsync(),
        ];
        foreach (var phase in phases)
        {
            // What happens while no operator runs is found by the next one.
            await using var op = await TestOperator.StartAsync(cluster);
            await phase();
        }

        Assert.Equal(["web-1-lab-1", "web-1-lab-2"], (await Events(cluster)).Where(e => e.Reason == "PodCreated").Select(e => e.Note.Split(' ')[3]).Order());
    }

    [Fact]
    public async Task Build_TimeToLiveOver_Deleted()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.TemplateAsync(Given.Template);
        await cluster.BuildAsync(new() { TemplateRef = new() { Name = "web" }, TtlAfterFinished = Duration.FromSeconds(2) });
        var builder = await new ScriptedBuilder(cluster).RunAsync();
        await builder.WriteAsync(Phase.Succeeded);
        await builder.ExitAsync(0);
        await EndAsync(cluster);

        await cluster.GoneAsync();
    }

    [Fact]
    public async Task Builder_ServiceAccount_MayPatchTheStatusOfItsOwnBuildOnly()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.TemplateAsync(Given.Template);
        await cluster.BuildAsync();
        await cluster.PodAsync("web-1-lab-1");

        var role = await cluster.Client.GetAsync<V1Role>(cluster.Key("web-1-builder"), default);

        Assert.All(role.Rules, r => Assert.Equal(["web-1"], r.ResourceNames));
        Assert.Equal(["imagebuilds: get", "imagebuilds/status: patch"], role.Rules.Select(r => $"{r.Resources[0]}: {string.Join(',', r.Verbs)}"));
    }

    private static async Task DeleteAtWorkAsync(TestCluster cluster, string phase)
    {
        var builder = await new ScriptedBuilder(cluster).RunAsync();
        await builder.WriteAsync(Phase.Running, BuildStage.Connected, dirty: true);
        if (phase == "finished")
        {
            await builder.WriteAsync(Phase.Succeeded, BuildStage.CleanedUp);
            await builder.ExitAsync(0);
            await EndAsync(cluster);
            await DeleteAsync(cluster);
            return;
        }

        await DeleteAsync(cluster);
        await builder.AskedToStopAsync();
        if (phase == "running")
        {
            await builder.WriteAsync(Phase.Cancelled, BuildStage.CleanedUp);
            await builder.ExitAsync(5);
            return;
        }

        await builder.ExitAsync(137);
        var sweeper = await new ScriptedBuilder(cluster, podName: "web-1-lab-sweep-1").RunAsync();
        await sweeper.WriteAsync(Phase.Running, BuildStage.Connected);
        await sweeper.ExitAsync(0);
    }

    /// <summary>A template whose pod finds everything that it mounts.</summary>
    private static ImageTemplateSpec Startable()
    {
        var target = Given.Target("lab");
        return Given.Template with { Targets = [target with { Qemu = target.Qemu! with { Memory = Quantity.FromMi(64), Source = new() { Url = "https://images.example.com/x", Checksum = target.Qemu.Source.Checksum }, Output = new() { HostPath = new() { Path = "/tmp/ctl-out" } } } }] };
    }

    private static V1Condition? Ready(ImageBuild build) => build.Status?.Conditions?.Find(Types.Ready);

    private static async Task<TargetStatus> Target(TestCluster cluster) => (await cluster.Client.GetAsync<ImageBuild>(cluster.Key("web-1"), default)).Status!.Targets![0];

    private static Task<ImageBuild> EndAsync(TestCluster cluster) =>
        cluster.WaitAsync(b => b.Status?.Conditions?.Find(Types.Succeeded)?.Status is "True" or "False", "the end");

    private static Task DeleteAsync(TestCluster cluster) => cluster.Client.DeleteAsync<ImageBuild>(cluster.Key("web-1"), null, default);

    private static JsonObject Annotation(string name, string value) =>
        new() { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [name] = value } } };

    private static Task<ImageBuild> CancelAsync(TestCluster cluster) => cluster.Client.MergePatchAsync<ImageBuild>(
        cluster.Key("web-1"), new() { ["spec"] = new JsonObject { ["cancel"] = true } }, null, default);

    private static async Task<IReadOnlyList<Eventsv1Event>> Events(TestCluster cluster) =>
        (await cluster.Client.ListPageAsync<Eventsv1Event>(new() { Namespace = cluster.Namespace }, default)).Items;

    private static async Task NoMoreWritesAsync(TestCluster cluster)
    {
        var before = await cluster.Client.GetAsync<ImageBuild>(cluster.Key("web-1"), default);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        Assert.Equal(before.Metadata.ResourceVersion, (await cluster.Client.GetAsync<ImageBuild>(cluster.Key("web-1"), default)).Metadata.ResourceVersion);
    }
}
