using ImageOperator.Api.Targets.Aws;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>Builds of one process look at their machines and AMIs with the same calls.</summary>
[Trait("Category", "Cloud")]
public sealed class AwsSharedLookTests(Moto moto, ITestOutputHelper output)
{
    private const int Builds = 4;

    [Fact]
    public async Task BuildsOfOneProcess_AskTogether()
    {
        var apart = await CountAsync(inOneProcess: false);
        var together = await CountAsync(inOneProcess: true);
        output.WriteLine($"figures: {Builds} builds side by side, in a process each and in one: DescribeInstances {apart.Instances} and {together.Instances}, DescribeImages {apart.Images} and {together.Images}, all calls {apart.All} and {together.All}");
        Assert.InRange(together.Instances + together.Images, 1, (apart.Instances + apart.Images) * 3 / 4);
    }

    private async Task<(int Instances, int Images, int All)> CountAsync(bool inOneProcess)
    {
        await using var site = new AwsSite(moto);
        site.Aws = site.Aws with { Image = new() { Name = "web-lab", NameRule = AwsNameRule.Suffix, Copies = [new() { Region = AwsSite.CopyRegion }] } };
        var counts = (0, 0, 0);
        var tally = new Tally(site, output);
        await tally.CaseAsync("side by side", async at =>
        {
            var outcomes = await Case.RunTogetherAsync(site, inOneProcess, [at.Case, .. Enumerable.Range(1, Builds - 1).Select(_ => new Case(site))]);
            Assert.All(outcomes, o => Assert.Equal((true, null), (o.Succeeded, o.Status.CleanupErrors)));
            counts = (Count(site, "ec2:DescribeInstances"), Count(site, "ec2:DescribeImages"), site.Cloud.Calls.Count);
        });
        tally.AssertGood();
        return counts;
    }

    private static int Count(AwsSite site, string call) => site.Cloud.Calls.Count(c => c == call);
}
