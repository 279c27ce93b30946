using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Publishing;
using ImageOperator.Publishing.Tests.Bed;

namespace ImageOperator.Publishing.Tests.Kills;

/// <summary>
/// Kills a build before and after each of its calls to a storage and to the journal, from the first upload on; the points are counted in a recorded
/// build, not listed. Then the next attempt, or the sweeper: what was to be published is right, or it is gone.
/// </summary>
internal sealed class KillMatrix(Bench bench)
{
    public const int Size = (5 << 20) + (64 << 10);

    /// <summary>1: all points, as the contract's tests have it; unset: after each call.</summary>
#pragma warning disable RS0030 // As the tests of the contract have it.
    private static readonly string? Stride = Environment.GetEnvironmentVariable("IMAGEOPERATOR_CONTRACT_STRIDE");
#pragma warning restore RS0030

    public async Task RunAsync(string name, Func<string, Task<Case>> open, string? image = null)
    {
        image ??= bench.Image(Size, $"{name}.raw");
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

    internal sealed record Case(PublishEntry Entry, Action<Build> Prepare, Func<Task> Right, Func<Task> Gone);
}
