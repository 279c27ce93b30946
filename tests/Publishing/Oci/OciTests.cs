using System.Net;
using System.Text.Json;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Publishing;
using ImageOperator.Publishing.Tests.Bed;
using ImageOperator.Workspaces.Tests.Servers;

namespace ImageOperator.Publishing.Tests.Oci;

/// <summary>Against Debian's docker-registry.</summary>
public sealed class OciTests(Bench bench) : IClassFixture<Bench>
{
    [Fact]
    public async Task Artifact_HasTheFilesAndTypes_OverTlsWithAPassword()
    {
        await using var registry = await StartAsync(secured: true);
        var image = bench.Image(5 * Bench.MiB);
        var build = bench.Build(image, new()
        {
            Name = "web",
            Manifest = true,
            Checksums = true,
            Oci = new() { Reference = $"{registry.Host}/images/web:v1", SecretRef = new() { Name = "r" }, Annotations = new Dictionary<string, string> { ["com.example.team"] = "web" } },
        });
        build.Secret[".dockerconfigjson"] = registry.DockerConfig;
        build.Secret["ca.crt"] = registry.Authority!;

        await build.SucceedAsync();

        using var manifest = await ManifestAsync(registry, "images/web", "v1");
        var root = manifest.RootElement;
        Assert.Equal("application/vnd.imageoperator.disk.v1", root.GetProperty("artifactType").GetString());
        Assert.Equal("application/vnd.oci.empty.v1+json", root.GetProperty("config").GetProperty("mediaType").GetString());
        Assert.Equal(
            [("application/vnd.imageoperator.disk.layer.v1.raw", "web.raw"), ("application/json", "web.manifest.json"), ("text/plain", "web.SHA256SUMS")],
            root.GetProperty("layers").EnumerateArray().Select(l => (l.GetProperty("mediaType").GetString(), l.GetProperty("annotations").GetProperty("org.opencontainers.image.title").GetString())));
        Assert.Equal("web", root.GetProperty("annotations").GetProperty("com.example.team").GetString());
        Assert.Equal(build.Uid, root.GetProperty("annotations").GetProperty("dev.imageoperator.build.uid").GetString());
        Assert.Equal(File.ReadAllBytes(image), await BlobAsync(registry, "images/web", root.GetProperty("layers")[0]));
        var artifact = Assert.Single(build.Published);
        Assert.StartsWith($"oci://{registry.Host}/images/web@sha256:", artifact.Id, StringComparison.Ordinal);
        Assert.Equal($"sha256:{Bench.Sha256(image)}", artifact.Checksum);
        Assert.Equal(HttpStatusCode.OK, await registry.FindAsync("images/web", artifact.Id.Split('@')[1]));
        Assert.DoesNotContain(build.Store.History, t => t.Contains(Registry.Password, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ContainerDisk_IsWhatKubeVirtTakes(bool gzip)
    {
        await using var registry = await StartAsync();
        var image = bench.Image(5 * Bench.MiB);
        var build = bench.Build(image, new() { Gzip = gzip, Oci = new() { Reference = $"{registry.Host}/disks/web:v1", Insecure = true, ContainerDisk = true, Architecture = OciArchitecture.Arm64 } });

        await build.SucceedAsync();

        using var manifest = await ManifestAsync(registry, "disks/web", "v1");
        var layer = Assert.Single(manifest.RootElement.GetProperty("layers").EnumerateArray());
        Assert.Equal($"application/vnd.oci.image.layer.v1.tar{(gzip ? "+gzip" : "")}", layer.GetProperty("mediaType").GetString());
        using var config = JsonDocument.Parse(await BlobAsync(registry, "disks/web", manifest.RootElement.GetProperty("config")));
        Assert.Equal(("linux", "arm64"), (config.RootElement.GetProperty("os").GetString(), config.RootElement.GetProperty("architecture").GetString()));
        var folder = Directory.CreateTempSubdirectory("io-layer-").FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "layer"), await BlobAsync(registry, "disks/web", layer));
        // As people look at it: the tools' word, not that of the classes that wrote it.
        var plain = gzip ? "gzip -dc layer" : "cat layer";
        Assert.Equal($"sha256:{(await Tool.RunAsync(folder, "sh", "-c", $"{plain} | sha256sum")).Split(' ')[0]}", config.RootElement.GetProperty("rootfs").GetProperty("diff_ids")[0].GetString());
        var listed = (await Tool.RunAsync(folder, "sh", "-c", $"{plain} | tar -tv --numeric-owner")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal([("dr-xr-xr-x", "107/107", "disk/"), ("-r--r-----", "107/107", "disk/disk.img")], listed.Select(l => (l[0], l[1], l[^1])));
        Assert.Equal(Bench.Sha256(image), (await Tool.RunAsync(folder, "sh", "-c", $"{plain} | tar -xO disk/disk.img | sha256sum")).Split(' ')[0]);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task NextAttempt_GoesOnWithTheBlob()
    {
        await using var registry = await StartAsync();
        var image = bench.Image(150 * Bench.MiB, "large.raw");
        var build = bench.Build(image, new() { Name = "web", Oci = new() { Reference = $"{registry.Host}/images/large:v1", Insecure = true } });
        var first = build.NextProcess();
        first.AtPoint = point =>
        {
            // After the second piece is noted.
            if (point == "journal.save!" && first.Points.Count(p => p == "http PATCH upload!") == 2) first.Kill();
        };
        await build.RunAsync(first);
        var second = build.NextProcess();

        await build.RunAsync(second);

        Assert.Equal(TargetPhase.Succeeded, build.Status.Phase);
        Assert.Equal(1, second.Points.Count(p => p == "http PATCH upload"));
        using var manifest = await ManifestAsync(registry, "images/large", "v1");
        Assert.Equal(Bench.Sha256(image), Bench.Sha256(await BlobAsync(registry, "images/large", manifest.RootElement.GetProperty("layers")[0])));
    }

    [Fact]
    public async Task UploadThatTheRegistryForgot_StartsOver()
    {
        await using var registry = await StartAsync();
        var build = bench.Build(bench.Image(150 * Bench.MiB, "large.raw"), new() { Name = "web", Oci = new() { Reference = $"{registry.Host}/images/forgotten:v1", Insecure = true } });
        var first = build.NextProcess();
        first.AtPoint = point =>
        {
            if (point == "http PATCH upload!" && first.Points.Count(p => p == point) == 2) first.Kill();
        };
        await build.RunAsync(first);
        foreach (var uploads in Directory.EnumerateDirectories(Path.Combine(bench.Folder, "registry"), "_uploads", SearchOption.AllDirectories)) Directory.Delete(uploads, recursive: true);

        await build.SucceedAsync();

        Assert.Equal(HttpStatusCode.OK, await registry.FindAsync("images/forgotten", "v1"));
    }

    [Fact]
    public async Task BuildThatFailsLater_GivesTheTagBack()
    {
        await using var registry = await StartAsync();
        var older = await registry.PushAsync("images/tag", "latest", ("text/plain", "an older image"u8.ToArray(), null));
        var build = bench.Build(bench.Image(5 * Bench.MiB), new() { Oci = new() { Reference = $"{registry.Host}/images/tag:latest", Insecure = true } });
        build.FailsToDistribute = true;
        var process = build.NextProcess();

        await build.RunAsync(process);

        Assert.Contains("http PUT manifest!", process.Points);
        Assert.Null(build.Status.CleanupErrors);
        using var answer = await registry.GetManifestAsync("images/tag", "latest");
        Assert.Equal(older, answer.Headers.GetValues("Docker-Content-Digest").Single());
    }

    [Fact]
    public async Task RegistryThatDeletesNothing_IsToldOf()
    {
        await using var registry = await StartAsync(deletes: false);
        var build = bench.Build(bench.Image(5 * Bench.MiB), new() { Oci = new() { Reference = $"{registry.Host}/images/kept:v1", Insecure = true } });
        build.FailsToDistribute = true;

        await build.FailAsync();

        Assert.Contains("the registry deletes nothing", Assert.Single(build.Status.CleanupErrors!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_NameTheFieldAndTheMend()
    {
        await using var registry = await StartAsync(secured: true);
        var entry = new PublishEntry { Oci = new() { Reference = $"{registry.Host}/images/web:v1", SecretRef = new() { Name = "r" } } };
        var build = bench.Build(bench.Image(5 * Bench.MiB), entry);
        build.Secret["ca.crt"] = registry.Authority!;
        build.Secret[".dockerconfigjson"] = registry.DockerConfig.Replace(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{Registry.User}:{Registry.Password}")), Convert.ToBase64String("robot:wrong"u8), StringComparison.Ordinal);

        var failure = await build.FailAsync();

        Assert.Equal((Reasons.Unauthorized, BuildStage.Published), (failure.Reason, failure.Stage));
        Assert.Contains("targets[disk].publish[0].oci", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Secret r", failure.Hint, StringComparison.Ordinal);
    }

    private Task<Registry> StartAsync(bool secured = false, bool deletes = true) => Registry.StartAsync(Path.Combine(bench.Folder, "registry", Guid.NewGuid().ToString("N")), secured, deletes);

    private static async Task<JsonDocument> ManifestAsync(Registry registry, string repository, string tag)
    {
        using var answer = await registry.GetManifestAsync(repository, tag);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
    }

    private static Task<byte[]> BlobAsync(Registry registry, string repository, JsonElement descriptor) => registry.Http.GetByteArrayAsync($"{repository}/blobs/{descriptor.GetProperty("digest").GetString()}");
}
