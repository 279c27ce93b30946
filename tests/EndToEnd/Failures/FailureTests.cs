using ImageOperator.Api.Common;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.EndToEnd.Tests.Status;
using ImageOperator.EndToEnd.Tests.Testbed;
using ImageOperator.Runtime.Conditions;

namespace ImageOperator.EndToEnd.Tests.Failures;

/// <summary>What goes wrong ends Failed within its time, says why and what to do, and leaves nothing behind.</summary>
[Trait("Category", "Cluster")]
public sealed class FailureTests(Cluster cluster)
{
    private const string Older = "an older image";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task Template_UnknownName_NamesTheField() => Lab.RunAsync(cluster, "template", async lab =>
    {
        var template = Recipes.Of([Recipes.Shell("hello", "echo $(params.nobody)")]);
        await lab.RefusedAsync(template, "spec.provisioners[0].shell.inline[0]");
        await lab.WithoutWebhookAsync(template);
        await using var watch = await lab.BuildAsync(template);

        var done = await watch.EndAsync(TimeSpan.FromSeconds(20));

        StatusContract.Holds(watch, KStatusCode.Failed, atOnce: true);
        Assert.Equal("TemplateInvalid", StatusContract.Ready(done).Reason);
        Assert.Contains("spec.template.provisioners[0].shell.inline[0]", StatusContract.Ready(done).Message, StringComparison.Ordinal);
        Assert.Contains("params.nobody", StatusContract.Ready(done).Message, StringComparison.Ordinal);
        await Leftovers.OfEndedAsync(lab, done);
        Assert.Empty(await lab.LogsAsync());
    });

    [Fact]
    public Task Checksum_OfAnotherImage_NamesBoth() => Lab.RunAsync(cluster, "checksum", async lab =>
    {
        var wrong = "sha256:" + new string('a', 64);
        var template = Recipes.Of([]).WithQemu(q => q with { Source = q.Source with { Checksum = wrong } });

        var failure = await FailsAsync(lab, template, "ChecksumMismatch", BuildStage.SourceResolved, TimeSpan.FromSeconds(60));

        Assert.Contains(wrong, failure.Message, StringComparison.Ordinal);
        Assert.Contains(Guests.Checksum(Guests.Tiny), failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.Hint!);
    });

    [Fact]
    public Task Step_Fails_KeepsItsWordsAndRunsOnFailure() => Lab.RunAsync(cluster, "step", async lab =>
    {
        var template = Recipes.Of([Recipes.Shell("packages", "echo resolving", "echo no such package: ngnix >&2", "exit 7"), Recipes.Shell("never", "echo unreachable")])
            with
        { OnFailure = [Recipes.Shell("save", "echo saving the logs")] };

        var failure = await FailsAsync(lab, template, "ProvisionerFailed", BuildStage.Provisioned, TimeSpan.FromSeconds(90));

        Assert.Equal("packages", failure.Step);
        Assert.Equal(7, failure.ExitCode);
        Assert.Contains("resolving", failure.LogTail, StringComparison.Ordinal);
        Assert.Contains("no such package: ngnix", failure.LogTail, StringComparison.Ordinal);
        Assert.NotEmpty(failure.Hint!);
        var log = Assert.Single(await lab.LogsAsync()).Value;
        Assert.Contains("saving the logs", log, StringComparison.Ordinal);
        Assert.DoesNotContain("unreachable", log, StringComparison.Ordinal);
    });

    [Fact]
    public Task Test_Fails_OlderImageStays() => Lab.RunAsync(cluster, "test", async lab =>
    {
        var template = Recipes.Of([Recipes.Shell("content", "echo wrong > /etc/content")], [Recipes.Test("content", "cat /etc/content", "grep right /etc/content"), Recipes.Test("other", "true")]);

        var failure = await FailsAsync(lab, template, "TestFailed", BuildStage.Tested, TimeSpan.FromSeconds(90), older: true);

        Assert.Equal("content", failure.Step);
        Assert.Equal(1, failure.ExitCode);
        Assert.NotEmpty(failure.Hint!);
        Assert.Contains("wrong", failure.LogTail, StringComparison.Ordinal);
        var tests = (await lab.Client.GetAsync<ImageBuild>(lab.Key("image"), Stop)).Status!.Targets![0].Tests!;
        Assert.Equal([TestState.Failed, TestState.Passed], tests.Select(t => t.State));
    });

    [Fact]
    public Task Guest_NeverOpensSsh_NamesTheLayer() => Lab.RunAsync(cluster, "no-ssh", async lab =>
    {
        var template = Recipes.Of([]).WithQemu(q => q with
        {
            Source = new() { PersistentVolumeClaim = new() { ClaimName = Lab.Claim, Path = "sources/broken-ssh.qcow2" }, Checksum = Guests.Checksum(Guests.BrokenSsh) },
        });
        template = template with { Communicator = new() { Ssh = new() { User = "builder", Timeout = Duration.FromSeconds(40) } } };

        var failure = await FailsAsync(lab, template, "ConnectionFailed", BuildStage.Connected, TimeSpan.FromSeconds(90));

        Assert.Matches("^(Network|Refused|Banner)", failure.Message);
        Assert.NotEmpty(failure.Hint!);
        Assert.NotEmpty(failure.ConsoleTail!);
    });

    [Fact]
    public Task Build_TakesTooLong_TimesOut() => Lab.RunAsync(cluster, "timeout", async lab =>
    {
        var template = Recipes.Of([Recipes.Shell("forever", "echo waiting", "sleep 600")]) with { Timeout = Duration.FromSeconds(30) };

        var failure = await FailsAsync(lab, template, "Timeout", BuildStage.Provisioned, TimeSpan.FromSeconds(60));

        Assert.Contains("30s", failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.Hint!);
    });

    [Fact]
    public Task Output_Full_NamesTheVolume() => Lab.RunAsync(cluster, "full", async lab =>
    {
        cluster.RequireOurs();
        var small = Directory.CreateDirectory(Path.Combine(lab.Folder, "small")).FullName;
        // Pods see the cluster's mounts, not the machine's.
        await cluster.DevClusterAsync("exec", "mount", "-t", "tmpfs", "-o", "size=4m,uid=65532,gid=65532", "tmpfs", small);
        try
        {
            var template = Recipes.Of([]).WithQemu(q => q with { Output = new() { HostPath = new() { Path = small } } });

            var failure = await FailsAsync(lab, template, "NoSpace", BuildStage.Captured, TimeSpan.FromSeconds(90));

            Assert.Contains($"hostpath:{small}/image-lab.qcow2", failure.Message, StringComparison.Ordinal);
            Assert.NotEmpty(failure.Hint!);
            Assert.Equal("", (await cluster.DevClusterAsync("exec", "find", small, "-mindepth", "1")).Trim());
        }
        finally
        {
            await cluster.DevClusterAsync("exec", "umount", "--lazy", small);
        }
    });

    private static async Task<Failure> FailsAsync(Lab lab, ImageTemplateSpec template, string reason, BuildStage stage, TimeSpan within, bool older = false)
    {
        var image = Path.Combine(lab.Folder, "built", "image-lab.qcow2");
        if (older) await File.WriteAllTextAsync(image, Older, Stop);
        await using var watch = await lab.BuildAsync(template);

        var done = await watch.EndAsync(within);

        StatusContract.Holds(watch, KStatusCode.Failed);
        Assert.Equal(reason, StatusContract.Ready(done).Reason);
        var target = Assert.Single(done.Status!.Targets!);
        Assert.Equal(1, target.Attempt);
        Assert.Equal((reason, stage), (target.Failure!.Reason, target.Failure.Stage));
        Assert.Empty(done.Status.Artifacts ?? []);
        await Leftovers.OfEndedAsync(lab, done);
        Assert.Equal(older ? ["built/image-lab.qcow2"] : Array.Empty<string>(), lab.Files());
        if (older) Assert.Equal(Older, await File.ReadAllTextAsync(image, Stop));
        return target.Failure;
    }
}
