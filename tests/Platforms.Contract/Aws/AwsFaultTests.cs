using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

[Trait("Category", "Cloud")]
public sealed class AwsFaultTests(Moto moto, ITestOutputHelper output) : FaultContract(output)
{
    private readonly ITestOutputHelper _output = output;

    protected override int DefaultStride => 25;

    protected override string DeniedHint => "must allow";

    protected override string ExpiredHint => "have expired";

    protected override string Capture => "CreateImage";

    protected override IReadOnlyList<string> Makes => ["RunInstances", "CreateSecurityGroup"];

    [Fact]
    public async Task GroupWhoseAnswerWasLost_IsTaken_WhenAwsShowsIt()
    {
        await using var site = Open();
        var tally = new Tally(site, _output);
        await tally.CaseAsync("a group", async at =>
        {
            site.ShowLate();
            site.Faults = [new("CreateSecurityGroup", 1, 1, FaultKind.LostAnswer)];
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
        });
        tally.AssertGood();
    }

    private protected override CloudSite Open() => new AwsSite(moto);

    private protected override void AssertRecorded(CloudSite site) => Assert.Empty(((AwsSite)site).Cloud.Calls.Distinct().Except(PolicyTests.Allowed()));

    protected override bool IsPoll(string call) => call.StartsWith("Describe", StringComparison.Ordinal);

    protected override bool IsUndo(string call) => call is "TerminateInstances" || call.StartsWith("Delete", StringComparison.Ordinal) || call.StartsWith("Deregister", StringComparison.Ordinal);

    protected override bool IsDispensable(string call) => IsUndo(call);
}
