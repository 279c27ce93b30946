using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>Not every 404 says that a resource is gone.</summary>
[Trait("Category", "Cloud")]
public sealed class AzureGoneTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(nameof(ArmFaultKind.NoSubscription), null)]
    [InlineData(nameof(ArmFaultKind.ForeignNotFound), null)]
    [InlineData(nameof(ArmFaultKind.NoSubscription), "images")]
    [InlineData(nameof(ArmFaultKind.ForeignNotFound), "images")]
    public async Task NotFound_OfSomethingElse_TheSweeperForgetsNothing(string kind, string? group)
    {
        await using var site = new AzureSite();
        site.Azure = site.Azure with { ResourceGroup = group };
        var tally = new Tally(site, output);
        await tally.CaseAsync(kind, async at =>
        {
            var first = at.Case.NextProcess();
            first.AtPoint = name => { if (name == "execute p1") first.Kill(); };
            Assert.Null(await at.Case.RunAsync(first));
            var (there, known) = (await site.ListAsync(), at.Case.Status!.Resources!.Select(r => r.Key).ToList());
            Assert.NotEqual(at.Before, there);
            site.Cloud.Faults = [.. site.Cloud.Actions.Select(a => a.Replace("/write", "/delete", StringComparison.Ordinal)).Distinct()
                .Where(a => a.EndsWith("/delete", StringComparison.Ordinal)).Select(a => new ArmFault(a, 1, int.MaxValue / 2, Enum.Parse<ArmFaultKind>(kind)))];

            Assert.NotEmpty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            Assert.Equal(there, await site.ListAsync());
            Assert.Equal(known, at.Case.Status!.Resources!.Select(r => r.Key));

            site.Cloud.Faults = [];
            Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task SubscriptionOfAnotherDirectory_TheFailureSaysSo()
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, output);
        await tally.CaseAsync("another directory", async at =>
        {
            site.Cloud.Faults = [new("Microsoft.Compute/images/read", 1, int.MaxValue / 2, ArmFaultKind.NoSubscription)];
            var failure = (await at.Case.RunAsync(at.Case.NextProcess()))!.Status.Failure!;
            Assert.Equal(Api.Conditions.Reasons.Unauthorized, failure.Reason);
            Assert.Contains("no role in it is assigned", failure.Hint, StringComparison.Ordinal);
        });
        tally.AssertGood();
    }
}
