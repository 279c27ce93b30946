using ImageOperator.Api.ImageBuilds;
using ImageOperator.Publishing.Tests.Bed;
using ImageOperator.Publishing.Tests.Kills;

namespace ImageOperator.Publishing.Tests.AzureBlob;

/// <summary>Builds that are killed while they publish to Azure, over a blob that stands there already.</summary>
[Collection(typeof(AzureStorage))]
[Trait("Category", "Cloud")]
public sealed class AzureKillTests(Azurite azurite, Bench bench) : IClassFixture<Bench>
{
    private const string Blob = "images/web.raw";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task KilledAnywhere_IsRightOrAsBefore(bool replaces) => new KillMatrix(bench).RunAsync("azure", async image =>
    {
        var container = await Container.CreateAsync(azurite);
        if (replaces) await container.WriteAsync(Blob, "an older image");
        var older = "an older image"u8.ToArray();
        Build? build = null;
        return new(container.Entry(), b => Container.Credentials(build = b), async () =>
        {
            Assert.Equal(File.ReadAllBytes(image), await container.ReadAsync(Blob));
            Assert.Equal([Blob], await container.BlobsAsync());
        }, async () =>
        {
            // A build that had done all may have given up its snapshot: then its own blob stays. There is never none.
            var ours = replaces && build!.Status.Stage >= BuildStage.Distributed && (await container.ReadAsync(Blob)).SequenceEqual(File.ReadAllBytes(image));
            if (replaces && !ours) Assert.Equal(older, await container.ReadAsync(Blob));
            else Assert.Equal(0, await container.WaitingAsync(Blob));
            Assert.Equal(replaces ? [Blob] : [], await container.BlobsAsync());
        });
    }, bench.Image((2 * Bench.MiB) + (64 << 10), "azure.raw"));
}
