using System.Security.Cryptography;
using System.Text;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Qemu.Tests.Fakes;

namespace ImageOperator.Platforms.Qemu.Tests.Capture;

/// <summary>Whether an earlier build's image is still there, and which source a build would start from.</summary>
public sealed class PublishedImagesTests : IDisposable
{
    private readonly Lab _lab = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Image => Path.Combine(_lab.Output, "web-7.qcow2");

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task Unchanged_Exists_AgainAndAgain()
    {
        var artifact = await PublishAsync("image");

        Assert.True(await ExistsAsync(artifact));
        Assert.True(await ExistsAsync(artifact));
    }

    [Theory]
    [InlineData("IMAGE")]
    [InlineData("another image")]
    [InlineData(null)]
    public async Task ReplacedOrGone_DoesNotExist(string? content)
    {
        var artifact = await PublishAsync("image");
        Assert.True(await ExistsAsync(artifact));
        File.Delete(Image);
        if (content is not null) await File.WriteAllTextAsync(Image, content, Stop);

        Assert.False(await ExistsAsync(artifact));
    }

    [Theory]
    [InlineData("hostpath:/elsewhere/web-7.qcow2")]
    [InlineData("pvc://claim/output/web-7.qcow2")]
    [InlineData("hostpath:OUTPUT/../output/web-7.qcow2")]
    [InlineData("hostpath:OUTPUT/..")]
    [InlineData("hostpath:OUTPUT/")]
    public async Task NotInTheOutputFolder_IsNotLookedAt(string id)
    {
        var artifact = await PublishAsync("image");

        Assert.False(await ExistsAsync(artifact with { Id = id.Replace("OUTPUT", _lab.Output, StringComparison.Ordinal) }));
    }

    [Fact]
    public async Task Source_IsKnownByItsChecksum_WithoutBeingThere()
    {
        var sum = $"sha256:{new string('a', 64)}";
        await using var platform = _lab.Platform(_lab.Target(new() { Url = "http://127.0.0.1:9/none.qcow2", Checksum = sum }));

        Assert.Equal(sum, (await platform.IdentifySourceAsync(Stop)).Digest);
    }

    private async Task<Artifact> PublishAsync(string content)
    {
        await File.WriteAllTextAsync(Image, content, Stop);
        return new()
        {
            Type = "qcow2",
            Id = $"hostpath:{Image}",
            SizeBytes = content.Length,
            VirtualSizeBytes = 1 << 20,
            Checksum = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}",
        };
    }

    private async Task<bool> ExistsAsync(Artifact artifact)
    {
        // As another process would look.
        await using IPlatform platform = _lab.Platform(_lab.Target(new() { HostPath = new() { Path = "/nowhere" }, Checksum = $"sha256:{new string('0', 64)}" }));
        return await platform.ArtifactExistsAsync(artifact, Stop);
    }
}
