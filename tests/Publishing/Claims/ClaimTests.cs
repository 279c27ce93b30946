using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Publishing;
using ImageOperator.Publishing.Tests.Bed;

namespace ImageOperator.Publishing.Tests.Claims;

/// <summary>A folder as a claim's volume has it.</summary>
public sealed class ClaimTests(Bench bench) : IClassFixture<Bench>
{
    private static readonly PublishEntry Entry = new() { Name = "web", Manifest = true, Checksums = true, PersistentVolumeClaim = new() { ClaimName = "images", Path = "out" } };

    [Fact]
    public async Task Files_AreCopied_HolesStayHoles()
    {
        var image = bench.Image(200L * Bench.MiB);
        var build = Of(image);

        await build.SucceedAsync();

        var copy = Path.Combine(build.Volume, "out", "web.raw");
        Assert.Equal(Bench.Sha256(image), Bench.Sha256(copy));
        var used = await Workspaces.Tests.Servers.Tool.RunAsync(bench.Folder, "du", "-k", copy);
        Assert.InRange(int.Parse(used.Split('\t')[0], System.Globalization.CultureInfo.InvariantCulture), 1, 10 * 1024);
        await Workspaces.Tests.Servers.Tool.RunAsync(Path.Combine(build.Volume, "out"), "sha256sum", "--check", "--strict", "web.SHA256SUMS");
        Assert.Equal(["pvc://images/out/web.raw", "pvc://images/out/web.manifest.json", "pvc://images/out/web.SHA256SUMS"], build.Published.Select(a => a.Id));
        Assert.False(Directory.Exists(Path.Combine(build.Volume, "out", ".imageoperator")));
    }

    [Fact]
    public async Task KilledAnywhere_IsRightOrGone()
    {
        var image = bench.Image(2 * Bench.MiB);
        var record = Of(image);
        var process = record.NextProcess();
        await record.RunAsync(process);
        var first = process.Points.IndexOf("capture!") + 1;
        for (var point = first; point < process.Points.Count; point++)
        {
            foreach (var sweeps in new[] { false, true })
            {
                var build = Of(image);
                var file = Path.Combine(build.Volume, "out", "web.raw");
                await File.WriteAllTextAsync(Path.Combine(build.Volume, "out", "other.raw"), "of somebody else");
                await build.RunAsync(build.NextProcess(point));
                var ended = build.Status.Phase == TargetPhase.Succeeded;
                if (sweeps) Assert.Empty((await build.SweepAsync())!);
                else if (!ended) await build.SucceedAsync();

                Assert.Equal(!sweeps || ended, File.Exists(file));
                Assert.Equal(!sweeps || ended ? 4 : 1, Directory.EnumerateFileSystemEntries(Path.Combine(build.Volume, "out")).Count());
                if (File.Exists(file)) Assert.Equal(Bench.Sha256(image), Bench.Sha256(file));
            }
        }
    }

    [Fact]
    public async Task FileOfALaterBuild_IsNotTakenBack()
    {
        var build = Of(bench.Image(Bench.MiB));
        var process = build.NextProcess();
        process.AtPoint = p =>
        {
            if (p == "distribute") process.Kill();
        };
        await build.RunAsync(process);
        var file = Path.Combine(build.Volume, "out", "web.raw");
        await File.WriteAllTextAsync(file + ".new", "of a later build");
        File.Move(file + ".new", file, overwrite: true);

        Assert.Empty((await build.SweepAsync())!);

        Assert.Equal("of a later build", File.ReadAllText(file));
    }

    private Build Of(string image)
    {
        var build = new Build(Directory.CreateDirectory(Path.Combine(bench.Folder, Guid.NewGuid().ToString("N"))).FullName) { Image = image, Publish = [Entry] };
        Directory.CreateDirectory(Path.Combine(build.Volume, "out"));
        return build;
    }
}
