using System.Text.Json.Nodes;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

[Trait("Category", "Cloud")]
public sealed class AzureCapacityTests(ITestOutputHelper output)
{
    private const string Create = "Microsoft.Compute/virtualMachines/write";

    [Theory]
    [InlineData(nameof(ArmFaultKind.Allocation), "AllocationFailed", false)]
    [InlineData(nameof(ArmFaultKind.ZonalAllocation), "ZonalAllocationFailed", true)]
    [InlineData(nameof(ArmFaultKind.SkuNotAvailable), "SkuNotAvailable", false)]
    [InlineData(nameof(ArmFaultKind.Quota), "OperationNotAllowed", true)]
    public async Task NoRoom_InTheFirstPlaces_TheNextIsTaken(string kind, string code, bool ownGroup)
    {
        await using var site = new AzureSite();
        site.Azure = site.Azure with { VmSizes = ["Standard_D2s_v5", "Standard_D2as_v5"], Zones = ["1", "2"], ResourceGroup = ownGroup ? "images" : null };
        var tally = new Tally(site, output);
        await tally.CaseAsync(kind, async at =>
        {
            site.Cloud.Faults = [new(Create, 1, 3, Enum.Parse<ArmFaultKind>(kind))];
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            // An interface is reserved for the machine that it was of.
            Assert.DoesNotContain(site.Cloud.Answers, a => a == "NicReservedForAnotherVm");
            var asked = site.Cloud.Requests.Where(r => r.Action == Create).Take(4).ToList();
            Assert.Equal(
                ["Standard_D2s_v5 1", "Standard_D2s_v5 2", "Standard_D2as_v5 1", "Standard_D2as_v5 2"],
                asked.Select(r => $"{r.Body!["properties"]!["hardwareProfile"]!["vmSize"]} {r.Body["zones"]![0]}"));
            Assert.Equal(
                [$"Standard_D2s_v5 in zone 1: {code}", $"Standard_D2s_v5 in zone 2: {code}", $"Standard_D2as_v5 in zone 1: {code}"],
                at.Case.Saved(s => s.Machine?.Tried is { Count: 3 }).Machine!.Tried);
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task NoRoom_Anywhere_TheFailureSaysWhatWasTried()
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, output);
        await tally.CaseAsync("nowhere", async at =>
        {
            site.Cloud.Faults = [new(Create, 1, 99, ArmFaultKind.Allocation)];
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal((TargetPhase.Failed, Reasons.NoCapacity, BuildStage.MachineCreated), (outcome!.Status.Phase, outcome.Status.Failure!.Reason, outcome.Status.Failure.Stage));
            Assert.Contains("Standard_D2s_v5: AllocationFailed", outcome.Status.Failure.Message, StringComparison.Ordinal);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task QuotaIsReached_Everywhere_TheFailureNamesIt()
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, output);
        await tally.CaseAsync("quota", async at =>
        {
            site.Cloud.Faults = [new(Create, 1, 99, ArmFaultKind.Quota)];
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal(Reasons.NoCapacity, outcome!.Status.Failure!.Reason);
            Assert.Contains("standardDSv5Family Cores quota", outcome.Status.Failure.Message, StringComparison.Ordinal);
            Assert.Contains("standardDSv5Family", outcome.Status.Failure.Hint, StringComparison.Ordinal);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task Spot_SaysWhatBecomesOfTheMachine()
    {
        await using var site = new AzureSite();
        site.Azure = site.Azure with { Spot = new() { MaxPrice = "0.05", EvictionPolicy = Api.Targets.Azure.AzureEvictionPolicy.Deallocate } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("spot", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            JsonNode asked = site.Cloud.Requests.First(r => r.Action == Create).Body!["properties"]!;
            Assert.Equal(("Spot", "Deallocate", 0.05), (asked["priority"]!.GetValue<string>(), asked["evictionPolicy"]!.GetValue<string>(), asked["billingProfile"]!["maxPrice"]!.GetValue<double>()));
        });
        tally.AssertGood();
    }
}
