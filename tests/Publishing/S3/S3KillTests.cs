using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Publishing.Tests.Bed;
using ImageOperator.Publishing.Tests.Kills;

namespace ImageOperator.Publishing.Tests.S3;

/// <summary>Builds that are killed while they publish to S3.</summary>
[Collection(typeof(S3Storage))]
[Trait("Category", "Cloud")]
public sealed class S3KillTests(Moto moto, Bench bench) : IClassFixture<Bench>
{
    [Fact]
    public Task KilledAnywhere_IsRightOrGone() => new KillMatrix(bench).RunAsync("s3", async image =>
    {
        var bucket = await Bucket.CreateAsync(moto);
        return new(bucket.Entry(), S3Tests.Credentials, async () =>
        {
            Assert.Equal(File.ReadAllBytes(image), await bucket.ReadAsync("images/web.raw"));
            Assert.Equal(0, await bucket.OpenUploadsAsync());
        }, async () =>
        {
            Assert.Empty(await bucket.KeysAsync());
            Assert.Equal(0, await bucket.OpenUploadsAsync());
        });
    });
}
