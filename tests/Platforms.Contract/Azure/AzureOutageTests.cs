using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>Azure makes what was asked for, and cannot be asked how far it is: that ends no build.</summary>
[Trait("Category", "Cloud")]
public sealed class AzureOutageTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(nameof(ArmFaultKind.ServerError), 90)]
    [InlineData(nameof(ArmFaultKind.Expired), 30)]
    public Task VersionCannotBeSeenForLong_WhileItIsReplicated_TheBuildGoesOnWithIt(string kind, int times) =>
        BlindAsync("Microsoft.Compute/galleries/images/versions/write!", "Microsoft.Compute/galleries/images/versions/read", times, kind);

    [Fact]
    public Task OperationsCannotBeSeenForLong_WhileTheSnapshotIsTaken_TheBuildGoesOnWithIt() =>
        BlindAsync("Microsoft.Compute/snapshots/write!", "Microsoft.Compute/locations/operations/read", 90, nameof(ArmFaultKind.ServerError));

    [Fact]
    public async Task AzureDemandsALongWait_ItIsWaited_AndNobodyAsksMeanwhile()
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, output);
        await tally.CaseAsync("nine minutes", async at =>
        {
            var process = at.Case.NextProcess();
            var times = new List<(string Name, DateTimeOffset At)>();
            process.AtPoint = name => { lock (times) times.Add((name, site.Time.GetUtcNow())); };
            site.Cloud.Faults = [new("Microsoft.Compute/snapshots/write", 1, 2, ArmFaultKind.ThrottleLong)];
            await at.AssertRightAsync(await at.Case.RunAsync(process));
            var tries = times.Where(t => t.Name == "Microsoft.Compute/snapshots/write").Select(t => t.At).ToList();
            Assert.Equal(3, tries.Count);
            Assert.All(tries.Zip(tries.Skip(1)), t => Assert.True(t.Second - t.First >= TimeSpan.FromSeconds(540)));
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task VersionMayNeverBeSeen_TheBuildFailsAtOnce()
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, output);
        await tally.CaseAsync("no role", async at =>
        {
            site.Cloud.Faults = [new("Microsoft.Compute/galleries/images/versions/read", 1, int.MaxValue / 2, ArmFaultKind.Denied)];
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal(Api.Conditions.Reasons.Unauthorized, outcome!.Status.Failure!.Reason);
            Assert.True(at.Case.Status!.CompletionTime - at.Case.Status.StartTime < TimeSpan.FromMinutes(30));
            site.Cloud.Faults = [];
            if (outcome.Status.CleanupErrors is not null) Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    private async Task BlindAsync(string after, string action, int times, string kind)
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, output);
        await tally.CaseAsync($"{kind} at {action}", async at =>
        {
            var process = at.Case.NextProcess();
            var before = 0;
            process.AtPoint = name =>
            {
                if (name != after || before > 0) return;
                before = site.Cloud.Actions.Count(a => a == action);
                site.Cloud.Faults = [new(action, before + 1, times, Enum.Parse<ArmFaultKind>(kind))];
            };
            await at.AssertRightAsync(await at.Case.RunAsync(process));
            Assert.True(site.Cloud.Actions.Count(a => a == action) > before + times, "the outage was not as long as it should be");
            Assert.True(at.Case.Status!.CompletionTime - at.Case.Status.StartTime > TimeSpan.FromMinutes(10));
        });
        tally.AssertGood();
    }
}
