using ImageOperator.Publishing.Tests.Bed;
using ImageOperator.Publishing.Tests.Kills;

namespace ImageOperator.Publishing.Tests.Gcs;

/// <summary>Builds that are killed while they publish to Google, over an object that stands there already in a bucket with versions.</summary>
public sealed class GcsKillTests(Bench bench) : IClassFixture<Bench>
{
    private const string Name = "images/web.raw";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task KilledAnywhere_IsRightOrAsBefore(bool replaces)
    {
        var servers = new List<GcsServer>();
        await new KillMatrix(bench).RunAsync("gcs", async image =>
        {
            var server = await GcsServer.StartAsync();
            servers.Add(server);
            server.Store.Versions = replaces;
            if (replaces) server.Store.Put(Name, "an older image"u8.ToArray());
            return new(GcsTests.Entry(server), build => build.Secret["key.json"] = server.KeyJson, () =>
            {
                Assert.Equal(File.ReadAllBytes(image), server.Store.Live(Name)!.Content);
                return Task.CompletedTask;
            }, () =>
            {
                Assert.Equal(replaces ? [Name] : [], server.Store.Names);
                if (replaces) Assert.Equal("an older image"u8.ToArray(), server.Store.Live(Name)!.Content);
                return Task.CompletedTask;
            });
        }, bench.Image((1 << 20) + (64 << 10), "gcs.raw"));
        foreach (var server in servers) await server.DisposeAsync();
    }
}
