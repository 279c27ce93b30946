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

    private protected override CloudSite Open() => new AzureSite();

    protected override ImagePlatformSpec Platform(StrayMode mode) =>
        new() { Azure = new() { SubscriptionId = ArmCloud.Subscription, Location = AzureSite.Location, Strays = new() { Mode = mode } } };

    private protected override IPlatformProbe Probe(CloudSite site, Process process) => new AzureProbe(((AzureSite)site).Options(process));

    private protected override bool HasResults(CloudSite site) => ((AzureSite)site).Cloud.Actions.Contains("Microsoft.Resources/tags/write");
}
