using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>Each action that a build calls goes wrong in each way. The actions are recorded from a build.</summary>
[Trait("Category", "Cloud")]
public sealed class AzureFaultTests(ITestOutputHelper output)
{
    [Fact]
    public Task EachAction_IsThrottledOrUnavailableForAWhile_TheBuildIsRight() => InjectAsync(
        [ArmFaultKind.Throttle, ArmFaultKind.ServerError], times: 2, at => at.AssertRightAsync);

    [Fact]
    public Task EachAction_LosesItsConnectionOrAnswer_TheBuildIsRight() => InjectAsync(
        [ArmFaultKind.NoConnection, ArmFaultKind.LostAnswer], times: 1, at => at.AssertRightAsync);

    [Fact]
    public Task EachAction_IsDenied_TheBuildFailsAndTheSweeperRestoresTheSubscription() => InjectAsync(
        [ArmFaultKind.Denied], times: int.MaxValue / 2, at => outcome =>
        {
            if (MayPass(at, outcome!)) return Task.CompletedTask;
            Assert.Equal(Reasons.Unauthorized, outcome!.Status.Failure!.Reason);
            Assert.Contains("must allow Microsoft.", outcome.Status.Failure.Hint, StringComparison.Ordinal);
            return Task.CompletedTask;
        });

    [Fact]
    public Task EachAction_FindsTheTokenExpired_TheFailureSaysSoAndTheSweeperRestoresTheSubscription() => InjectAsync(
        [ArmFaultKind.Expired], times: int.MaxValue / 2, at => outcome =>
        {
            if (MayPass(at, outcome!)) return Task.CompletedTask;
            Assert.Equal(Reasons.Unauthorized, outcome!.Status.Failure!.Reason);
            Assert.Contains("has expired", outcome.Status.Failure.Hint, StringComparison.Ordinal);
            return Task.CompletedTask;
        });

    [Fact]
    public Task EachOperation_FailsAfterItWasAccepted_TheBuildFailsAndTheSweeperRestoresTheSubscription() => InjectAsync(
        [ArmFaultKind.Fails], times: 1, at => outcome =>
        {
            if (!MayPass(at, outcome!)) Assert.Contains(outcome!.Status.Failure!.Reason, new[] { Reasons.MachineFailed, Reasons.CaptureFailed, Reasons.DistributionFailed });
            return Task.CompletedTask;
        }, stride: 5);

    [Fact]
    public async Task TimeoutPasses_WhileTheVersionIsReplicated_TheBuildGoesOnWithIt()
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, output);
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

    private static int VersionPuts(AzureSite site) => site.Cloud.Requests.Count(r => r.Action == "Microsoft.Compute/galleries/images/versions/write");

    private static IEnumerable<string> Versions(AzureSite site) => site.Cloud.Things.Where(t => t.Type == ResourceRules.Version).Select(t => t.Id);

    /// <summary>A build succeeds although a call of it failed only where that removes, or looks how a removal goes: and says so, or does it later.</summary>
    private static bool MayPass(Tally.At at, Engine.Builds.BuildOutcome outcome)
    {
        if (!outcome.Succeeded) return false;
        var action = ((AzureSite)at.Site).Cloud.Faults.Single().Action;
        Assert.True(action.EndsWith("/delete", StringComparison.Ordinal) || action.EndsWith("/endGetAccess/action", StringComparison.Ordinal) || action.Contains("perations/read", StringComparison.Ordinal) || action.EndsWith("/operationresults/read", StringComparison.Ordinal), $"the build succeeded without {action}");
        return true;
    }

    private async Task InjectAsync(IReadOnlyList<ArmFaultKind> kinds, int times, Func<Tally.At, Func<Engine.Builds.BuildOutcome?, Task>> check, int stride = 13)
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, output);
        IReadOnlyList<IGrouping<string, string>> actions = [];
        await tally.CaseAsync("recording", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            var begun = kinds.Contains(ArmFaultKind.Fails) ? site.Cloud.Requests.Where(r => r.Method != "GET" && r.Type is not (GroupRules.ActionType or "Microsoft.Resources/tags")).Select(r => r.Action) : site.Cloud.Actions;
            actions = [.. begun.GroupBy(a => a)];
        });
        var number = 0;
        var chosen = new List<(string Action, ArmFaultKind Kind)>();
        foreach (var (action, kind) in actions.SelectMany(a => kinds.Select(k => (a, k))))
        {
            // Now the first call of the action goes wrong, now a later one.
            if (++number % PlatformContract.StrideOf(stride) != 0) continue;
            chosen.Add((action.Key, kind));
            await tally.CaseAsync($"{kind} at {action.Key}", async at =>
            {
                var fault = new ArmFault(action.Key, action.Count() > 1 ? 1 + (number / 2 % 2) : 1, times, kind);
                site.Cloud.Faults = [fault];
                var outcome = await at.Case.RunAsync(at.Case.NextProcess());
                Assert.True(fault.HitCount > 0, "nothing went wrong");
                await check(at)(outcome);
                site.Cloud.Faults = [];
                if (outcome!.Status is { Phase: TargetPhase.Succeeded, CleanupErrors: null }) return;
                Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
                if (outcome.Succeeded) await at.AssertRightAsync(new(at.Case.Status!));
                else await at.AssertAsBeforeAsync();
            });
        }

        Assert.NotEmpty(chosen);
        tally.AssertGood();
    }
}
