using ImageOperator.Api.ImageBuilds;
using ImageOperator.Builder.Journal;

namespace ImageOperator.Builder.Tests.Journal;

/// <summary>Against a real API server: however many builders come at once, one word holds.</summary>
[Trait("Category", "Cluster")]
public sealed class StatusPinsTests(BuildOnServer server) : IClassFixture<BuildOnServer>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Settle_ManyAtOnce_AllSeeTheSame()
    {
        var build = await server.CreateAsync();

        var seen = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => SettleAsync(build, $"target-{i}", $"sha1:{i}", "a", "b"))));

        Assert.All(seen, s => Assert.Equal(seen[0].OrderBy(e => e.Path), s.OrderBy(e => e.Path)));
        Assert.Equal(["a", "b"], seen[0].Select(e => e.Path).Order(StringComparer.Ordinal));
        Assert.Single(seen[0].Select(e => e.Digest).Distinct());
    }

    [Fact]
    public async Task Settle_LaterAttempt_TakesWhatIsSettled_AndAddsWhatIsMissing()
    {
        var build = await server.CreateAsync();
        await SettleAsync(build, "lab", "sha1:1", "a");

        var later = await SettleAsync(build, "lab", "sha1:2", "a", "b");

        Assert.Equal([("a", "sha1:1"), ("b", "sha1:2")], later.OrderBy(e => e.Path, StringComparer.Ordinal).Select(e => (e.Path, e.Digest)));
    }

    private async Task<IReadOnlyList<WorkspaceStatus>> SettleAsync(ImageBuild build, string target, string digest, params string[] paths)
    {
        using var client = server.Client(build);
        var pins = new StatusPins(server.Journal(build, client, target, 1));
        return await pins.SettleAsync(
            paths, missing => Task.FromResult<IReadOnlyList<WorkspaceStatus>>([.. missing.Select(p => new WorkspaceStatus { Path = p, Url = "u", Revision = target, Digest = digest })]), Stop);
    }
}
