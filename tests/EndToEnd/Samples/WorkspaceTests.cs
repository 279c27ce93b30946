using ImageOperator.EndToEnd.Tests.Status;
using ImageOperator.EndToEnd.Tests.Testbed;
using ImageOperator.Runtime.Conditions;

namespace ImageOperator.EndToEnd.Tests.Samples;

/// <summary>The sample with files from Git, a Secret and a volume.</summary>
[Trait("Category", "Cluster")]
public sealed class WorkspaceTests(Cluster cluster)
{
    private const string Licence = "7d1f-example-licence";

    [Fact]
    public Task Workspace_OfGitOverSsh_IsFetchedOnce_ForAllTargets() => Lab.RunAsync(cluster, "workspace", async lab =>
    {
        Assert.SkipUnless(cluster.IsOurs, "the git server stands in the network of our own cluster");
        await using var server = await GitServer.StartAsync(cluster, Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"e2e-git-{lab.Namespace}")).FullName);
        var commit = await server.CommitAsync(("deploy/install.sh", "#!/bin/sh\nset -e\ncp /tmp/site/site.conf /etc/site.conf\n"), ("deploy/site.conf", "one\n"), ("README", "not taken\n"));

        var names = await Sample.ApplyAsync(lab, "workspace", manifest => manifest
            .Replace("git@git.example.com:team/site.git", server.Url, StringComparison.Ordinal)
            .Replace("git.example.com ssh-ed25519 AAAA", server.KnownHosts, StringComparison.Ordinal)
            .Replace("    -----BEGIN OPENSSH PRIVATE KEY-----\n    (the private key)\n    -----END OPENSSH PRIVATE KEY-----\n", string.Concat(server.Identity.TrimEnd().Split('\n').Select(l => $"    {l}\n")), StringComparison.Ordinal));
        await using var watch = await lab.WatchAsync(Assert.Single(names));
        var done = await watch.EndAsync();

        StatusContract.Holds(watch, KStatusCode.Current);
        var pin = Assert.Single(done.Status!.Workspace!);
        Assert.Equal(("site", server.Url, $"main@sha1:{commit}", $"sha1:{commit}"), (pin.Path, pin.Url, pin.Revision, pin.Digest));
        var inputs = done.Status.Targets!.Select(t => t.Inputs!.Single(i => i.Name == "workspace/site")).ToArray();
        Assert.Equal(2, inputs.Length);
        Assert.All(inputs, i => Assert.Equal((inputs[0].Digest, $"main@sha1:{commit}"[..10]), (i.Digest, i.Value![..10])));
        Assert.All(done.Status.Targets!, t => Assert.Equal(["site", "install", "licence"], t.Steps!.Select(s => s.Name)));
        foreach (var target in done.Status.Targets!)
        {
            var log = await cluster.KubectlAsync(["-n", lab.Namespace, "logs", target.PodName!]);
            Assert.DoesNotContain(Licence, log, StringComparison.Ordinal);
            Assert.DoesNotContain("PRIVATE KEY", log, StringComparison.Ordinal);
        }
    });
}
