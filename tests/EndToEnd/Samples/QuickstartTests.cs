using System.Text;
using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.EndToEnd.Tests.Status;
using ImageOperator.EndToEnd.Tests.Testbed;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Conditions;
using k8s;
using k8s.Models;

namespace ImageOperator.EndToEnd.Tests.Samples;

/// <summary>The first sample, looked at from all sides.</summary>
[Trait("Category", "Cluster")]
public sealed class QuickstartTests(Cluster cluster)
{
    private const string Secret = "correct-horse-battery-staple";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task Quickstart_FromAllSides() => Lab.RunAsync(cluster, "all-sides", async lab =>
    {
        using var canary = new ArgumentCanary(Secret);
        Assert.Equal(["quickstart"], await Sample.ApplyAsync(lab, "quickstart"));
        await using var watch = await lab.WatchAsync("quickstart");
        await watch.WaitAsync(b => b.Status?.Targets?[0].Stage >= BuildStage.Connected, "a connection");
        await BuilderPodIsRestrictedAsync(lab);
        await BuilderAccess.IsNarrowAsync(lab, "quickstart");

        var done = await watch.EndAsync();

        StatusContract.Holds(watch, KStatusCode.Current);
        StatusTellsTheStory(done);
        await ColumnsShowItAsync(lab);
        await EventsTellItAsync(lab);
        await SecretIsNowhereAsync(lab, done.Status!.Artifacts![0]);
        Assert.Empty(canary.Found);
        await ArtifactBootsAsync(lab, done.Status.Artifacts[0]);
        TestContext.Current.TestOutputHelper?.WriteLine(cluster.IsOurs ? $"operator: {Processes.ResidentMiB(await cluster.OperatorProcessAsync())} MiB resident" : "");
    });

    private static void StatusTellsTheStory(ImageBuild build)
    {
        var target = Assert.Single(build.Status!.Targets!);
        Assert.Equal(BuildStage.CleanedUp, target.Stage);
        Assert.Equal(1, target.Attempt);
        Assert.Equal(
            [BuildStage.SourceResolved, BuildStage.MachineCreated, BuildStage.Connected, BuildStage.Provisioned, BuildStage.Captured, BuildStage.Tested, BuildStage.Distributed, BuildStage.CleanedUp],
            target.Stages!.Select(s => s.Name));
        Assert.Equal(["greet", "setup", "motd"], target.Steps!.Select(s => s.Name));
        Assert.All(target.Steps!, s => Assert.Equal((StepState.Succeeded, 1), (s.State, s.Tries)));
        Assert.Equal(["release", "no-secret"], target.Tests!.Select(t => t.Name));
        Assert.All(target.Tests!, t => Assert.Equal(TestState.Passed, t.State));
        Assert.Equal(Guests.Checksum(Guests.Tiny), target.Source!.Digest);
        Assert.Null(target.Failure);
        Assert.Matches("^[0-9a-f]{64}$", build.Status.InputsDigest!.Split(':')[^1]);
    }

    private static async Task ColumnsShowItAsync(Lab lab)
    {
        var lines = (await lab.Cluster.KubectlAsync(["-n", lab.Namespace, "get", "imgb", "quickstart", "-o", "wide"])).Split('\n');
        Assert.Equal(["NAME", "READY", "STAGE", "TARGETS", "ARTIFACT", "DURATION", "REASON", "QUEUE", "AGE"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(
            ["quickstart", "True", "Succeeded", "1/1", "pvc://images/built/quickstart-lab.qcow2", "Succeeded"],
            lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Where((_, i) => i is not (5 or 7)));
        lines = (await lab.Cluster.KubectlAsync(["-n", lab.Namespace, "get", "imgt"])).Split('\n');
        Assert.Equal(["quickstart", "True", "lab"], lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(3));
    }

    private static async Task EventsTellItAsync(Lab lab)
    {
        var events = await ListAsync<Eventsv1Event>(lab);
        var ofBuild = events.Where(e => e.Regarding.Kind == ImageBuild.KindName).ToArray();
        Assert.DoesNotContain(ofBuild, e => e.Type != "Normal");
        Assert.Single(ofBuild, e => e.Reason == "PodCreated");
        Assert.Contains(ofBuild, e => e.Reason == "StageReached");
        Assert.Single(ofBuild, e => e.Reason == "Succeeded");
    }

    private static async Task BuilderPodIsRestrictedAsync(Lab lab)
    {
        var pod = Assert.Single(await ListAsync<V1Pod>(lab));
        Assert.True(pod.Spec.SecurityContext.RunAsNonRoot);
        Assert.Equal("RuntimeDefault", pod.Spec.SecurityContext.SeccompProfile.Type);
        Assert.NotEqual(true, pod.Spec.HostNetwork);
        Assert.NotEqual(true, pod.Spec.HostPID);
        Assert.NotEqual(true, pod.Spec.HostIPC);
        Assert.False(pod.Spec.AutomountServiceAccountToken);
        Assert.All(pod.Spec.Containers, c =>
        {
            Assert.False(c.SecurityContext.AllowPrivilegeEscalation);
            Assert.True(c.SecurityContext.ReadOnlyRootFilesystem);
            Assert.Equal(["ALL"], c.SecurityContext.Capabilities.Drop);
            Assert.NotEqual(true, c.SecurityContext.Privileged);
        });
    }

    private static async Task SecretIsNowhereAsync(Lab lab, Artifact artifact)
    {
        foreach (var (pod, log) in await lab.LogsAsync()) IsNotIn(log, $"the log of {pod}");
        IsNotIn(Json(await ListAsync<ImageBuild>(lab)), "builds");
        IsNotIn(Json(await ListAsync<ImageTemplate>(lab)), "templates");
        IsNotIn(Json(await ListAsync<V1Pod>(lab)), "pods");
        IsNotIn(Json(await ListAsync<V1ConfigMap>(lab)), "config maps");
        IsNotIn(Json(await ListAsync<Eventsv1Event>(lab)), "events");
        var raw = Path.Combine(lab.Folder, "canary.raw");
        await Program.RunAsync("qemu-img", ["convert", "-O", "raw", Images.PathOf(lab, artifact), raw]);
        // The pattern in a file: it must not stand in arguments, which the canary watches.
        var pattern = Path.Combine(lab.Folder, "pattern");
        await File.WriteAllTextAsync(pattern, Secret);
        var found = await Program.RunAsync("sh", ["-c", $"grep -c -a -F -f {pattern} {raw} || test $? = 1"]);
        File.Delete(raw);
        File.Delete(pattern);
        Assert.Equal("0", found.Trim());
    }

    private static void IsNotIn(string text, string where)
    {
        Assert.NotEmpty(text);
        foreach (var form in new[] { Secret, Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)) })
        {
            Assert.False(text.Contains(form, StringComparison.Ordinal), $"the secret stands in {where}");
        }
    }

    /// <summary>A second build starts from the artifact and finds what the first one's provisioners wrote.</summary>
    private static async Task ArtifactBootsAsync(Lab lab, Artifact artifact)
    {
        var template = Recipes.Of([Recipes.Shell("look", "grep -x 1.1 /opt/quickstart/release", "grep 'built by ImageOperator' /etc/motd", "test \"$(stat -c %a:%U /etc/motd)\" = 644:root")])
            .WithQemu(q => q with { Source = new() { PersistentVolumeClaim = new() { ClaimName = Lab.Claim, Path = "built/quickstart-lab.qcow2" }, Checksum = artifact.Checksum! } });
        await using var watch = await lab.BuildAsync(template, "second");
        await watch.EndAsync();
        StatusContract.Holds(watch, KStatusCode.Current);
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, RuntimeJson.Options);

    private static async Task<IReadOnlyList<T>> ListAsync<T>(Lab lab)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var all = new List<T>();
        await foreach (var item in lab.Client.ListAsync<T>(new() { Namespace = lab.Namespace }, Stop)) all.Add(item);
        return all;
    }
}
