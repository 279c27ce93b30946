using ImageOperator.Api.Platforms;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Contract.Tests.Suite;
using ImageOperator.Platforms.Gcp;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

[Trait("Category", "Cloud")]
public sealed class GcpReaperTests(ITestOutputHelper output) : ReaperContract(output)
{
    private readonly ITestOutputHelper _output = output;

    protected override int DefaultStride => 23;

    /// <summary>The cloud deletes machines that have run for too long, and none that is stopped: those are the reaper's.</summary>
    [Fact]
    public async Task MachineThatIsStopped_OutlivesItsLifetime_AndIsReaped()
    {
        await using var site = Opened();
        site.Gcp = site.Gcp with { MachineLifetime = Api.Common.Duration.FromMinutes(120) };
        var tally = new Tally(site, _output);
        await tally.CaseAsync("stopped", async at =>
        {
            Place(site, at.Case);
            await KilledAsync(at, "compute.images.insert");
            site.Pass(TimeSpan.FromHours(25));
            await site.Cloud.State.CatchUpAsync();
            Assert.Contains(site.Cloud.State.Resources.Values, r => r.Link.Contains("/instances/", StringComparison.Ordinal) && r.Status == "TERMINATED");
            Assert.Equal(1, (await LookAsync(site, at.Case, StrayMode.Remove)).Removed);
            Assert.Equal(at.Before, await site.ListAsync());
        });
        tally.AssertGood();
    }

    private protected override CloudSite Open() => Opened();

    protected override ImagePlatformSpec Platform(StrayMode mode) => new() { Gcp = new() { Project = GcpSite.Project, Strays = new() { Mode = mode } } };

    private protected override IPlatformProbe Probe(CloudSite site, Process process) => new GcpProbe(((GcpSite)site).Options(process));

    private protected override bool HasResults(CloudSite site) => ((GcpSite)site).Cloud.State.Resources.Values.Any(r => r.Label("imageoperator-kept") is not null);

    private protected override Task SettleAsync(CloudSite site) => ((GcpSite)site).Cloud.State.CatchUpAsync();

    private static GcpSite Opened()
    {
        var site = new GcpSite();
        // Older images bear no marks: their status is the sweeper's only.
        // And the dead-man switch would leave less for the reaper.
        site.Gcp = site.Gcp with { Image = site.Gcp.Image with { OlderImages = null }, MachineLifetime = Api.Common.Duration.FromMinutes(60 * 48) };
        return site;
    }
}
