using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.EndToEnd.Tests.Status;
using ImageOperator.EndToEnd.Tests.Testbed;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Conditions;
using k8s.Models;

namespace ImageOperator.EndToEnd.Tests.Skipping;

/// <summary>A build is made when something has changed, and says what.</summary>
[Trait("Category", "Cluster")]
public sealed class SkipTests(Cluster cluster)
{
    private const string FirstToken = "first-canary-token";
    private const string SecondToken = "second-canary-token";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task Build_OnlyWhatHasChanged() => Lab.RunAsync(cluster, "skip", async lab =>
    {
        await PrepareAsync(lab);
        var first = await RunAsync(lab, "first", Spec("1.0"));
        Assert.Equal("there is no earlier result", first.Status!.Reason);
        Assert.Equal("Succeeded", Ready(first).Reason);
        var files = lab.Files();

        // The same again: no machine, the same artifact, nothing new on the volume.
        var same = await RunAsync(lab, "same", Spec("1.0"));
        var target = Assert.Single(same.Status!.Targets!);
        Assert.Equal((TargetPhase.UpToDate, "first"), (target.Phase!.Value, target.ResultOf));
        Assert.Equal("UpToDate", Ready(same).Reason);
        Assert.Equal("nothing has changed since first", same.Status.Reason);
        Assert.Equal(first.Status.Artifacts, same.Status.Artifacts);
        Assert.Equal(first.Status.InputsDigest, same.Status.InputsDigest);
        Assert.Null(target.Stages);
        Assert.Null(target.Resources);
        Assert.Equal(files, lab.Files());

        // One change at a time, told by plans.
        await PlanAsync(lab, "plan-same", Spec("1.0"), PlannedAction.UpToDate, "nothing has changed since first");
        await PlanAsync(lab, "plan-forced", Spec("1.0") with { Force = true }, PlannedAction.Build, "forced; first has a result of the same inputs");
        await PlanAsync(lab, "plan-parameter", Spec("1.1"), PlannedAction.Build, "params.release: 1.0 → 1.1 (since same)", "params.release: 1.0 → 1.1 (since first)");
        await MergeAsync<V1Secret>(lab, "skip", new { stringData = new { token = SecondToken } });
        await PlanAsync(lab, "plan-secret", Spec("1.0"), PlannedAction.Build, "params.token changed (since first)");
        await MergeAsync<V1ConfigMap>(lab, "skip", new { data = new { motd = "hellO" } });
        await PlanAsync(lab, "plan-file", Spec("1.0"), PlannedAction.Build, "params.token changed; workspace/files/motd changed (since first)");

        var changed = await RunAsync(lab, "changed", Spec("1.1"));
        Assert.Equal("Succeeded", Ready(changed).Reason);
        Assert.Equal("params.release: 1.0 → 1.1; params.token changed; workspace/files/motd changed (since first)", changed.Status!.Reason);
        Assert.NotEqual(first.Status.Artifacts![0].Checksum, changed.Status.Artifacts![0].Checksum);

        // The build may go, its result stays; without the result it is built.
        await lab.Client.DeleteIfExistsAsync<ImageBuild>(lab.Key("first"), null, Stop);
        File.Delete(Images.PathOf(lab, changed.Status.Artifacts[0]));
        await PlanAsync(lab, "plan-gone", Spec("1.1"), PlannedAction.Build, $"the result of changed is not there any more, or is another by now: {changed.Status.Artifacts[0].Id}");

        await SecretIsNowhereAsync(lab);
    });

    private static async Task PrepareAsync(Lab lab)
    {
        await lab.Client.CreateAsync(new V1Secret { Metadata = new() { Name = "skip", NamespaceProperty = lab.Namespace }, StringData = new Dictionary<string, string> { ["token"] = FirstToken } }, Stop);
        await lab.Client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "skip", NamespaceProperty = lab.Namespace }, Data = new Dictionary<string, string> { ["motd"] = "hello" } }, Stop);
        var template = Recipes.Of(
            [
                Recipes.Shell("release", "echo $(params.release) > /var/release"),
                new() { Name = "token", Shell = new() { Inline = ["test -n \"$TOKEN\""], Environment = new Dictionary<string, string> { ["TOKEN"] = "$(params.token)" } } },
                new() { Name = "motd", File = new() { Source = "files/motd", Destination = "/etc/motd", Sudo = true } },
            ],
            [Recipes.Test("there", "grep -x $(params.release) /var/release")]) with
        {
            Parameters = [new() { Name = "release", Default = JsonSerializer.SerializeToElement("0.1") }, new() { Name = "token", SecretKeyRef = new() { Name = "skip", Key = "token" } }],
            Workspace = [new() { Path = "files", ConfigMap = new() { Name = "skip" } }],
        };
        await lab.Client.CreateAsync(new ImageTemplate { Metadata = new() { Name = "skip", NamespaceProperty = lab.Namespace }, Spec = template }, Stop);
    }

    private static ImageBuildSpec Spec(string release) => new()
    {
        TemplateRef = new() { Name = "skip" },
        Parameters = new Dictionary<string, JsonElement> { ["release"] = JsonSerializer.SerializeToElement(release) },
    };

    private static async Task<ImageBuild> RunAsync(Lab lab, string name, ImageBuildSpec spec)
    {
        await using var watch = await lab.BuildAsync(spec, name);
        var done = await watch.EndAsync();
        StatusContract.Holds(watch, KStatusCode.Current);
        return done;
    }

    private static async Task PlanAsync(Lab lab, string name, ImageBuildSpec spec, PlannedAction action, params string[] reasons)
    {
        var done = await RunAsync(lab, name, spec with { PlanOnly = true });
        var target = Assert.Single(done.Status!.Targets!);
        Assert.Equal((TargetPhase.Planned, action), (target.Phase!.Value, target.Plan!.Value));
        Assert.Contains(target.Reason, reasons);
        Assert.Equal("Planned", Ready(done).Reason);
        Assert.Null(done.Status.Artifacts);
        Assert.Null(target.Stages);
    }

    private static V1Condition Ready(ImageBuild build) => build.Status!.Conditions!.Find("Ready")!;

    private static Task<T> MergeAsync<T>(Lab lab, string name, object change)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta> =>
        lab.Client.MergePatchAsync<T>(lab.Key(name), JsonSerializer.SerializeToNode(change)!.AsObject(), null, Stop);

    /// <summary>Neither the secrets nor what could be found by trying secrets out.</summary>
    private static async Task SecretIsNowhereAsync(Lab lab)
    {
        var texts = new List<string>();
        await foreach (var build in lab.Client.ListAsync<ImageBuild>(new() { Namespace = lab.Namespace }, Stop)) texts.Add(JsonSerializer.Serialize(build, RuntimeJson.Options));
        await foreach (var pod in lab.Client.ListAsync<V1Pod>(new() { Namespace = lab.Namespace }, Stop)) texts.Add(JsonSerializer.Serialize(pod, RuntimeJson.Options));
        await foreach (var e in lab.Client.ListAsync<Eventsv1Event>(new() { Namespace = lab.Namespace }, Stop)) texts.Add(JsonSerializer.Serialize(e, RuntimeJson.Options));
        foreach (var log in (await lab.LogsAsync()).Values) texts.Add(log);
        foreach (var token in new[] { FirstToken, SecondToken })
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
            foreach (var form in new[] { token, hash[..16], Convert.ToBase64String(Encoding.UTF8.GetBytes(token)) })
            {
                Assert.DoesNotContain(texts, t => t.Contains(form, StringComparison.Ordinal));
            }
        }
    }
}
