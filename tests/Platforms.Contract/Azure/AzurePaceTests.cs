using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>Azure says in each answer how many more calls it takes: who heeds it is not throttled.</summary>
[Trait("Category", "Cloud")]
public sealed class AzurePaceTests(ITestOutputHelper output)
{
    [Fact]
    public async Task FewCallsLeft_TheBuildSlowsDown_AndIsNeverThrottled()
    {
        await using var site = new AzureSite();
        (site.Cloud.Limits.Reads, site.Cloud.Limits.Writes, site.Cloud.Limits.Deletes) = ((9, 1), (9, 1), (9, 1));
        var tally = new Tally(site, output);
        await tally.CaseAsync("few calls", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.DoesNotContain("SubscriptionRequestsThrottled", site.Cloud.Answers);
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task ProvidersOwnLimits_AreHeeded()
    {
        var plenty = await LengthAsync("Microsoft.Compute/LowCostGet3Min;3999,Microsoft.Compute/LowCostGet30Min;31999");
        var few = await LengthAsync("Microsoft.Compute/LowCostGet3Min;2,Microsoft.Compute/LowCostGet30Min;31999");
        Assert.InRange(few - plenty, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(30));
        Assert.InRange(await LengthAsync("what nobody knows") - plenty, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
    }

    /// <returns>How long a build takes.</returns>
    private async Task<TimeSpan> LengthAsync(string limits)
    {
        await using var site = new AzureSite();
        site.Cloud.Limits.OfProvider = limits;
        var tally = new Tally(site, output);
        var begun = site.Time.GetTimestamp();
        var length = TimeSpan.Zero;
        await tally.CaseAsync(limits, async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            length = site.Time.GetElapsedTime(begun);
        });
        tally.AssertGood();
        return length;
    }
}
