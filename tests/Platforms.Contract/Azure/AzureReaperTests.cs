using ImageOperator.Api.Platforms;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure;
using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

[Trait("Category", "Cloud")]
public sealed class AzureReaperTests(ITestOutputHelper output) : ReaperContract(output)
{
    private readonly ITestOutputHelper _output = output;

    protected override int DefaultStride => 71;

    [Fact]
    public async Task GroupThatGoesSlowly_IsNotWaitedFor()
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, _output);
        await tally.CaseAsync("slow", async at =>
        {
            Place(site, at.Case);
            await KilledAsync(at, "execute p1");
            site.Pass(TimeSpan.FromHours(25));
            site.Cloud.Timings = site.Cloud.Timings with { GroupRemoval = TimeSpan.FromMinutes(20) };
            var begun = site.Time.GetUtcNow();
            var report = await LookAsync(site, at.Case, StrayMode.Remove);
            Assert.Equal((1, 1, null), (report.Found, report.Removed, report.Error));
            Assert.InRange(site.Time.GetUtcNow() - begun, TimeSpan.Zero, TimeSpan.FromMinutes(3));
            site.Pass(TimeSpan.FromMinutes(21));
            Assert.Equal(at.Before, await site.ListAsync());
        });
        tally.AssertGood();
    }

    /// <summary>It bears no tags: the snapshot that it is copied from tells of it.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task Vhd_OfABuildThatIsGone_GoesWithItsSnapshot_UnlessItIsAResult(int writes, bool stays)
    {
        await using var site = new AzureSite();
        site.Azure = site.Azure with { Image = site.Azure.Image with { ManagedImage = null, Gallery = null, Snapshot = null } };
        var tally = new Tally(site, _output);
        await tally.CaseAsync("killed", async at =>
        {
            Place(site, at.Case);
            var process = at.Case.NextProcess();
            var seen = 0;
            process.AtPoint = name => { if (name == "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write!" && ++seen == writes) process.Kill(); };
            Assert.Null(await at.Case.RunAsync(process));
            site.Pass(TimeSpan.FromHours(25));
            var report = await LookAsync(site, at.Case, StrayMode.Remove);
            Assert.Equal((1, 1, null), (report.Found, report.Removed, report.Error));
            Assert.Equal(stays, site.Cloud.Blobs.Find(AzureSite.Vhd) is not null);
            site.Cloud.Blobs.Remove(AzureSite.Vhd);
            Assert.Equal(at.Before, await site.ListAsync());
        });
        tally.AssertGood();
    }

    private protected override CloudSite Open() => new AzureSite();

    protected override ImagePlatformSpec Platform(StrayMode mode) =>
        new() { Azure = new() { SubscriptionId = ArmCloud.Subscription, Location = AzureSite.Location, Strays = new() { Mode = mode } } };

    private protected override IPlatformProbe Probe(CloudSite site, Process process) => new AzureProbe(((AzureSite)site).Options(process));

    private protected override bool HasResults(CloudSite site) => ((AzureSite)site).Cloud.Actions.Contains("Microsoft.Resources/tags/write");
}
