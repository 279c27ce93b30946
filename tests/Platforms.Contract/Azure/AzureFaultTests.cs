using ImageOperator.Api.Conditions;
using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

[Trait("Category", "Cloud")]
public sealed class AzureFaultTests(ITestOutputHelper output) : FaultContract(output)
{
    private readonly ITestOutputHelper _output = output;

    protected override int DefaultStride => 13;

    protected override string DeniedHint => "must allow Microsoft.";

    protected override string ExpiredHint => "has expired";

    protected override string Capture => "Microsoft.Compute/galleries/images/versions/write";

    protected override IReadOnlyList<string> Makes => ["Microsoft.Compute/virtualMachines/write", "Microsoft.Compute/snapshots/write"];

    /// <summary>The version's replication is what takes its time.</summary>
    [Fact]
    public override async Task TimeoutPasses_WhileTheImageIsPending_TheBuildGoesOnWithIt()
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, _output);
        await tally.CaseAsync("one attempt", async at =>
        {
            at.Case.Timeout = Api.Common.Duration.FromMinutes(8);
            site.Cloud.Timings = site.Cloud.Timings with { Region = TimeSpan.FromMinutes(40) };
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            var told = at.Case.Saved(s => s.Progress?.Regions is not null).Progress!;
            Assert.Equal([AzureSite.Location, AzureSite.CopyLocation], told.Regions!.Select(r => r.Name));
            Assert.All(told.Regions!, r => Assert.InRange(r.Percent, 50, 100));
            Assert.StartsWith("replicating ", told.Message, StringComparison.Ordinal);
            Assert.True(at.Case.Status!.CompletionTime - at.Case.Status.StartTime > TimeSpan.FromMinutes(40));
        });
        await tally.CaseAsync("resumed later", async at =>
        {
            site.Cloud.Timings = site.Cloud.Timings with { Region = TimeSpan.FromMinutes(40) };
            var first = at.Case.NextProcess();
            first.AtPoint = name =>
            {
                // The first ones are refused: the definition is not known everywhere yet.
                if (name == "Microsoft.Compute/galleries/images/versions/write!" && Versions(site).Any()) first.Kill();
            };
            Assert.Null(await at.Case.RunAsync(first));
            site.Pass(TimeSpan.FromMinutes(20));
            var (machines, versions, asked) = (site.BuildMachines, Versions(site).ToList(), VersionPuts(site));
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            if (site.BuildMachines != machines) tally.Lost("the capture");
            Assert.Equal(versions, Versions(site));
            Assert.Equal(asked, VersionPuts(site));
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task EachOperation_FailsAfterItWasAccepted_TheBuildFailsAndTheSweeperRestoresTheSubscription()
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, _output);
        IReadOnlyList<string> begun = [];
        await tally.CaseAsync("recording", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            begun = [.. site.Cloud.Requests.Where(r => r.Method != "GET" && r.Type is not (GroupRules.ActionType or "Microsoft.Resources/tags")).Select(r => r.Action)];
        });
        foreach (var (action, kind, occurrence) in FaultPlan.Of(begun, [ArmFaultKind.Fails], PlatformContract.StrideOf(5), _ => false))
        {
            await tally.CaseAsync($"{kind} at {action} {occurrence}", async at =>
            {
                var fault = new ArmFault(action, occurrence, 1, kind);
                site.Cloud.Faults = [fault];
                var outcome = (await at.Case.RunAsync(at.Case.NextProcess()))!;
                Assert.True(fault.HitCount > 0, "nothing went wrong");
                if (outcome.Succeeded) Assert.True(IsDispensable(action), $"the build succeeded without {action}");
                else Assert.Contains(outcome.Status.Failure!.Reason, new[] { Reasons.MachineFailed, Reasons.CaptureFailed, Reasons.DistributionFailed });
                site.Cloud.Faults = [];
                Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
                if (outcome.Succeeded) await at.AssertRightAsync(new(at.Case.Status!));
                else await at.AssertAsBeforeAsync();
            });
        }

        tally.AssertGood();
    }

    private protected override CloudSite Open() => new AzureSite();

    protected override bool IsPoll(string call) => call.EndsWith("/read", StringComparison.Ordinal);

    protected override bool IsUndo(string call) => call.EndsWith("/delete", StringComparison.Ordinal);

    protected override bool IsDispensable(string call) => IsUndo(call) || call.EndsWith("/endGetAccess/action", StringComparison.Ordinal) || call.Contains("perations/read", StringComparison.Ordinal) || call.EndsWith("/operationresults/read", StringComparison.Ordinal);

    private static int VersionPuts(AzureSite site) => site.Cloud.Requests.Count(r => r.Action == "Microsoft.Compute/galleries/images/versions/write");

    private static IEnumerable<string> Versions(AzureSite site) => site.Cloud.Things.Where(t => t.Type == ResourceRules.Version).Select(t => t.Id);
}
