using ImageOperator.Publishing.Tests.Bed;
using ImageOperator.Publishing.Tests.Kills;
using ImageOperator.Workspaces.Tests.Servers;

namespace ImageOperator.Publishing.Tests.Oci;

/// <summary>Builds that are killed while they publish to a registry.</summary>
public sealed class OciKillTests(Bench bench) : IClassFixture<Bench>
{
    [Fact]
    public async Task KilledAnywhere_IsRightOrGone()
    {
        // It syncs each write to the disk, which is not what is tested.
        var folder = Directory.Exists("/dev/shm") ? $"/dev/shm/io-registry-{Guid.NewGuid():N}" : Path.Combine(bench.Folder, "registry");
        await using var registry = await Registry.StartAsync(folder);
        await new KillMatrix(bench).RunAsync("oci", image =>
        {
            var repository = $"r{Guid.NewGuid():N}";
            return Task.FromResult(new KillMatrix.Case(new() { Name = "web", Oci = new() { Reference = $"{registry.Host}/{repository}:v1", Insecure = true } }, _ => { }, async () =>
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
}
