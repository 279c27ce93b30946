using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.EndToEnd.Tests.Status;
using ImageOperator.EndToEnd.Tests.Testbed;
using ImageOperator.Runtime.Conditions;

namespace ImageOperator.EndToEnd.Tests.Samples;

/// <summary>The sample that publishes: to a volume, and as a containerDisk to a registry with TLS and a password.</summary>
[Trait("Category", "Cluster")]
public sealed class PublishTests(Cluster cluster)
{
    [Fact]
    public Task Publish_ToAVolumeAndARegistry_IsWhatTheOutputIs() => Lab.RunAsync(cluster, "publish", async lab =>
    {
        Assert.SkipUnless(cluster.IsOurs, "the registry stands in the network of our own cluster");
        await using var registry = await RegistryServer.StartAsync(cluster, Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"e2e-registry-{lab.Namespace}")).FullName);
        using var canary = new ArgumentCanary(RegistryServer.Password);

        var names = await Sample.ApplyAsync(lab, "publish", manifest => manifest
            .Replace("registry.example.com", registry.Host, StringComparison.Ordinal).Replace("change-me", RegistryServer.Password, StringComparison.Ordinal)
            .Replace("stringData:\n", $"stringData:\n  ca.crt: |\n{string.Concat(registry.Authority.TrimEnd().Split('\n').Select(l => $"    {l}\n"))}", StringComparison.Ordinal));
        await using var watch = await lab.WatchAsync(Assert.Single(names));
        var done = await watch.EndAsync();

        StatusContract.Holds(watch, KStatusCode.Current);
        var target = Assert.Single(done.Status!.Targets!);
        Assert.Contains(BuildStage.Published, target.Stages!.Select(s => s.Name));
        var artifacts = target.Artifacts!;
        Assert.Equal(
            [(null, "qcow2"), ("persistentVolumeClaim", "raw+gzip"), ("persistentVolumeClaim", "manifest"), ("persistentVolumeClaim", "checksums"), ("oci", "containerDisk")],
            artifacts.Select(a => (a.Published, a.Type)));
        await Images.CheckAsync(lab, artifacts[0]);
        var output = Images.PathOf(lab, artifacts[0]);
        var folder = Path.GetDirectoryName(Images.PathOf(lab, artifacts[1]))!;
        await Program.RunAsync("sh", ["-c", $"cd {folder} && sha256sum --check --strict *.SHA256SUMS && gzip -dc *.raw.gz > {lab.Folder}/unpacked.raw"]);
        await Program.RunAsync("qemu-img", ["compare", "-f", "raw", "-F", "qcow2", Path.Combine(lab.Folder, "unpacked.raw"), output]);

        // By the registry's own files: the layer has the very disk that the output is.
        Assert.Equal($"oci://{registry.Host}/disks/base@{registry.Tag("disks/base", done.Metadata.Name)}", artifacts[4].Id);
        using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(registry.Blob(artifacts[4].Id.Split('@')[1])!));
        var layer = Assert.Single(manifest.RootElement.GetProperty("layers").EnumerateArray()).GetProperty("digest").GetString()!;
        var inner = await Program.RunAsync("sh", ["-c", $"tar -xOf {registry.Blob(layer)} disk/disk.qcow2 | sha256sum"]);
        Assert.Equal(artifacts[0].Checksum, $"sha256:{inner.Split(' ')[0]}");

        foreach (var (_, log) in await lab.LogsAsync()) Assert.DoesNotContain(RegistryServer.Password, log, StringComparison.Ordinal);
        Assert.Empty(canary.Found);
        File.Delete(Path.Combine(lab.Folder, "unpacked.raw"));
        await Leftovers.OfEndedAsync(lab, done);
    });
}
