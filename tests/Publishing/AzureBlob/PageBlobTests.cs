using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Publishing.Tests.Bed;

namespace ImageOperator.Publishing.Tests.AzureBlob;

/// <summary>Disks of fixed size, as page blobs of Azurite's.</summary>
[Collection(typeof(AzureStorage))]
[Trait("Category", "Cloud")]
public sealed class PageBlobTests(Azurite azurite, Bench bench) : IClassFixture<Bench>
{
    private const string Blob = "images/web.vhd";

    [Fact]
    public async Task FixedVhd_IsAPageBlob_WithNothingSentForItsZeros()
    {
        var container = await Container.CreateAsync(azurite);
        var image = Vhd(40 * Bench.MiB);
        var build = Of(image, container);
        var process = build.NextProcess();

        await build.RunAsync(process);

        Assert.True(build.Status.Phase == TargetPhase.Succeeded, build.Status.Failure?.Message);
        Assert.Equal([Blob], await container.BlobsAsync());
        Assert.Equal(BlobType.Page, (await container.Client.GetBlobClient(Blob).GetPropertiesAsync()).Value.BlobType);
        Assert.Equal(File.ReadAllBytes(image), await container.ReadAsync(Blob));
        long sent = 0;
        await foreach (var range in container.Client.GetPageBlobClient(Blob).GetAllPageRangesAsync()) sent += range.Range.Length ?? 0;
        // Five pieces of 64 KiB, and the footer.
        Assert.InRange(sent, 5 * (64 << 10), (5 * (64 << 10)) + (128 << 10));
    }

    [Fact]
    public async Task NextAttempt_GoesOnWithThePages_AndNothingIsSeenBefore()
    {
        var container = await Container.CreateAsync(azurite);
        var image = Vhd(40 * Bench.MiB, everywhere: true);
        var build = Of(image, container);
        var first = build.NextProcess();
        first.AtPoint = _ =>
        {
            if (first.Points.Count(p => p == "http PUT page!") == 3) first.Kill();
        };
        await build.RunAsync(first);
        Assert.DoesNotContain(Blob, await container.BlobsAsync());
        var second = build.NextProcess();

        await build.RunAsync(second);

        Assert.True(build.Status.Phase == TargetPhase.Succeeded, build.Status.Failure?.Message);
        // Of sixteen, four side by side; what was on its way arrives.
        Assert.InRange(second.Points.Count(p => p == "http PUT page"), 1, 13);
        Assert.Equal(File.ReadAllBytes(image), await container.ReadAsync(Blob));
        Assert.Equal([Blob], await container.BlobsAsync());
    }

    [Fact]
    public async Task BuildThatFailsLater_BringsBackTheDiskBefore()
    {
        var container = await Container.CreateAsync(azurite);
        var older = Of(Vhd(4 * Bench.MiB, seed: 2), container);
        await older.SucceedAsync();
        var build = Of(Vhd(8 * Bench.MiB), container);
        build.FailsToDistribute = true;

        await build.FailAsync();

        Assert.Null(build.Status.CleanupErrors);
        Assert.Equal(File.ReadAllBytes(older.Image), await container.ReadAsync(Blob));
        Assert.Equal([Blob], await container.BlobsAsync());
    }

    private Build Of(string image, Container container)
    {
        var build = new Build(bench.Folder) { Image = image, Publish = [container.Entry()], Name = "web", Format = DiskFormat.Vhd };
        Container.Credentials(build);
        return build;
    }

    /// <summary>A disk with the footer of a VHD of fixed size.</summary>
    private string Vhd(long size, int seed = 1, bool everywhere = false)
    {
        var path = bench.Image(size, $"{Guid.NewGuid():N}.vhd", seed);
        var footer = new byte[512];
        "conectix"u8.CopyTo(footer);
        footer[63] = 2;
        using var file = new FileStream(path, FileMode.Open);
        for (long at = Bench.MiB; everywhere && at < size; at += 4 * Bench.MiB)
        {
            file.Position = at;
            file.WriteByte(1);
        }

        file.Position = size;
        file.Write(footer);
        return path;
    }
}
