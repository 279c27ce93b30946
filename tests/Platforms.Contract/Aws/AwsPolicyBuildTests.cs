using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>The documented policy, judged by moto's IAM: it is enough, and a build that lacks one of its actions says which.</summary>
[Trait("Category", "Cloud")]
public sealed class AwsPolicyBuildTests(Moto moto, ITestOutputHelper output)
{
    private const string User = "builder";

    [Fact]
    public async Task Build_WithTheDocumentedPolicy_Succeeds_AndWithAnActionLess_TellsWhich()
    {
        await using var site = new AwsSite(moto);
        var account = site.Prepare();
        site.Cloud.Signers = (await account.MakeUserAsync(User, Policy()), await account.MakeUserAsync("cloud", Policy("*")));
        var tally = new Tally(site, output);
        try
        {
            IReadOnlyList<string> asked = [];
            await tally.CaseAsync("the documented policy", async at =>
            {
                await at.AssertRightAsync(await RunAsync(at));
                asked = [.. site.Cloud.Asked.Distinct().Order(StringComparer.Ordinal)];
                Assert.Subset(PolicyTests.Allowed().ToHashSet(), asked.ToHashSet());
            });
            if (asked.Count == 0) tally.AssertGood();
            Assert.Contains("ec2:RunInstances", asked);
            for (var i = 0; i < asked.Count; i += PlatformContract.StrideOf(13))
            {
                var missing = asked[i];
                await account.SetPolicyAsync(User, Policy([.. PolicyTests.Allowed().Where(a => a != missing)]));
                await tally.CaseAsync($"without {missing}", async at =>
                {
                    var status = (await RunAsync(at))!.Status;
                    await account.SetPolicyAsync(User, Policy());
                    Assert.Contains(missing, string.Join('\n', [status.Failure?.Hint ?? "", .. status.CleanupErrors ?? []]), StringComparison.Ordinal);
                    if (status.Phase == TargetPhase.Succeeded && status.CleanupErrors is null) return;
                    Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
                    if (status.Phase != TargetPhase.Succeeded) await at.AssertAsBeforeAsync();
                });
            }
        }
        finally
        {
            await moto.CheckCallersAsync(false);
        }

        tally.AssertGood();
    }

    private async Task<Engine.Builds.BuildOutcome?> RunAsync(Tally.At at)
    {
        await moto.CheckCallersAsync(true);
        var outcome = await at.Case.RunAsync(at.Case.NextProcess());
        await moto.CheckCallersAsync(false);
        return outcome;
    }

    /// <param name="actions">What it allows; all of the documented if none are given.</param>
    private static string Policy(params IReadOnlyList<string> actions) => JsonSerializer.Serialize(new
    {
        Version = "2012-10-17",
        Statement = new[] { new { Effect = "Allow", Action = actions.Count > 0 ? actions : PolicyTests.Allowed(), Resource = "*" } },
    });
}
