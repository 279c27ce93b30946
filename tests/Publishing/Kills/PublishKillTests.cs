using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Publishing;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Publishing.Tests.Bed;
using ImageOperator.Publishing.Tests.S3;
using ImageOperator.Workspaces.Tests.Servers;

namespace ImageOperator.Publishing.Tests.Kills;

/// <summary>
/// Kills a build before and after each of its calls to a storage and to the journal, from the first upload on; the points are counted in a recorded
/// build, not listed. Then the next attempt, or the sweeper: what was to be published is right, or it is gone.
/// </summary>
public sealed class PublishKillTests(Moto moto, Bench bench) : IClassFixture<Bench>
{
    private const int Size = (5 << 20) + (64 << 10);

    /// <summary>1: all points, as the contract's tests have it; unset: after each call.</summary>
#pragma warning disable RS0030 // As the tests of the contract have it.
    private static readonly string? Stride = Environment.GetEnvironmentVariable("IMAGEOPERATOR_CONTRACT_STRIDE");
#pragma warning restore RS0030

    [Fact]
    [Trait("Category", "Cloud")]
    public Task S3_KilledAnywhere_IsRightOrGone() => MatrixAsync("s3", async image =>
    {
        var bucket = await Bucket.CreateAsync(moto);
        return new Case(bucket.Entry(), S3Tests.Credentials, async () =>
        {
            Assert.Equal(File.ReadAllBytes(image), await bucket.ReadAsync("images/web.raw"));
            Assert.Equal(0, await bucket.OpenUploadsAsync());
        }, async () =>
        {
            Assert.Empty(await bucket.KeysAsync());
            Assert.Equal(0, await bucket.OpenUploadsAsync());
        });
    });

    [Fact]
    public async Task Oci_KilledAnywhere_IsRightOrGone()
    {
        // It syncs each write to the disk, which is not what is tested.
        var folder = Directory.Exists("/dev/shm") ? $"/dev/shm/io-registry-{Guid.NewGuid():N}" : Path.Combine(bench.Folder, "registry");
        await using var registry = await Registry.StartAsync(folder);
        await MatrixAsync("oci", image =>
        {
            var repository = $"r{Guid.NewGuid():N}";
            return Task.FromResult(new Case(new() { Name = "web", Oci = new() { Reference = $"{registry.Host}/{repository}:v1", Insecure = true } }, _ => { }, async () =>
            {
                Assert.Equal(System.Net.HttpStatusCode.OK, await registry.FindAsync(repository, "v1"));
                Assert.Equal(File.ReadAllBytes(image), await registry.Http.GetByteArrayAsync($"{repository}/blobs/sha256:{Bench.Sha256(image)}"));
            }, async () =>
            {
                Assert.Equal(System.Net.HttpStatusCode.NotFound, await registry.FindAsync(repository, "v1"));
            }));
        });
        Directory.Delete(folder, recursive: true);
    }

    private async Task MatrixAsync(string name, Func<string, Task<Case>> open)
    {
        var image = bench.Image(Size, $"{name}.raw");
        var (recorded, build) = await StartAsync(image, open);
        var record = build.NextProcess();
        await build.RunAsync(record);
        await AssertRightAsync(recorded, build);
        var first = record.Points.FindIndex(p => p.StartsWith(PointHandler.Prefix, StringComparison.Ordinal));
        var points = Enumerable.Range(first, record.Points.Count - first).Where(p => Stride == "1" || record.Points[p].EndsWith('!')).ToList();
        Assert.InRange(points.Count, 10, 200);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {points.Count} points: {string.Join(", ", points.Select(p => record.Points[p]))}");
        foreach (var point in points)
        {
            await KillAsync(image, open, point, async (publication, killed) =>
            {
                await killed.RunAsync();
                await AssertRightAsync(publication, killed);
            });
            await KillAsync(image, open, point, async (publication, killed) =>
            {
                var ended = killed.Status.Phase == TargetPhase.Succeeded;
                Assert.Empty((await killed.SweepAsync())!);
                if (ended) await publication.Right();
                else await publication.Gone();
            });
        }
    }

    private async Task KillAsync(string image, Func<string, Task<Case>> open, int point, Func<Case, Build, Task> then)
    {
        var (publication, build) = await StartAsync(image, open);
        var process = build.NextProcess(point);
        var outcome = await build.RunAsync(process);
        try
        {
            if (outcome is not null) await AssertRightAsync(publication, build);
            else await then(publication, build);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"killed at point {point}, {process.Points.LastOrDefault()}: {e.Message}", e);
        }
    }

    private async Task<(Case Publication, Build Build)> StartAsync(string image, Func<string, Task<Case>> open)
    {
        var publication = await open(image);
        var build = bench.Build(image, publication.Entry);
        publication.Prepare(build);
        return (publication, build);
    }

    private static async Task AssertRightAsync(Case publication, Build build)
    {
        Assert.True(build.Status.Phase == TargetPhase.Succeeded, build.Status.Failure?.Message);
        Assert.Single(build.Published);
        Assert.Equal(2, build.Status.Resources!.Count);
        Assert.DoesNotContain(build.Status.Resources, r => r.Temporary);
        Assert.Null(build.Status.CleanupErrors);
        await publication.Right();
    }

    private sealed record Case(PublishEntry Entry, Action<Build> Prepare, Func<Task> Right, Func<Task> Gone);
}
