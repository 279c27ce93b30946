using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>Each action that a build calls goes wrong in each way. The actions are recorded from a build.</summary>
[Trait("Category", "Cloud")]
public sealed class AwsFaultTests(Moto moto, ITestOutputHelper output)
{
    [Fact]
    public Task EachAction_IsThrottledOrUnavailableForAWhile_TheBuildIsRight() => InjectAsync(
        [FaultKind.Throttle, FaultKind.ServerError], times: 2, at => at.AssertRightAsync);

    [Fact]
    public Task EachAction_LosesItsConnectionOrAnswer_TheBuildIsRight() => InjectAsync(
        [FaultKind.NoConnection, FaultKind.LostAnswer], times: 1, at => at.AssertRightAsync);

    [Fact]
    public Task EachAction_IsDenied_TheBuildFailsAndTheSweeperRestoresTheAccount() => InjectAsync(
        [FaultKind.Denied], times: int.MaxValue / 2, at => async outcome =>
        {
            if (outcome!.Succeeded) return;
            Assert.Equal(Reasons.Unauthorized, outcome.Status.Failure!.Reason);
            Assert.Contains("must allow", outcome.Status.Failure.Hint, StringComparison.Ordinal);
        });

    private async Task InjectAsync(IReadOnlyList<FaultKind> kinds, int times, Func<Tally.At, Func<Engine.Builds.BuildOutcome?, Task>> check)
    {
        await using var site = new AwsSite(moto);
        var tally = new Tally(site, output);
        IReadOnlyList<string> actions = [];
        await tally.CaseAsync("recording", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.Empty(site.Cloud.Calls.Distinct().Except(PolicyTests.Allowed()));
            actions = [.. site.Cloud.Calls.Select(c => c.Split(':')[1]).Distinct()];
        });
        var number = 0;
        foreach (var (action, kind) in actions.SelectMany(a => kinds.Select(k => (a, k))))
        {
            // Now the first call of the action goes wrong, now a later one.
            if (++number % PlatformContract.StrideOf(5) != 0) continue;
            await tally.CaseAsync($"{kind} at {action}", async at =>
            {
                site.Cloud.Faults = [new(action, 1 + (number / 2 % 2), times, kind)];
                var outcome = await at.Case.RunAsync(at.Case.NextProcess());
                await check(at)(outcome);
                site.Cloud.Faults = [];
                if (outcome!.Status is { Phase: TargetPhase.Succeeded, CleanupErrors: null }) return;
                Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
                if (outcome.Succeeded) await at.AssertRightAsync(new(at.Case.Status!));
                else await at.AssertAsBeforeAsync();
            });
        }

        tally.AssertGood();
    }
}
