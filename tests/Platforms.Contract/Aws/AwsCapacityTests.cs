using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

[Trait("Category", "Cloud")]
public sealed class AwsCapacityTests(Moto moto, ITestOutputHelper output)
{
    [Theory]
    [InlineData(nameof(FaultKind.Capacity), "InsufficientInstanceCapacity")]
    [InlineData(nameof(FaultKind.Quota), "VcpuLimitExceeded")]
    public async Task NoRoom_InTheFirstPlaces_TheNextIsTaken(string kind, string code)
    {
        await using var site = new AwsSite(moto);
        var subnets = await site.SubnetsAsync();
        site.Aws = site.Aws with { InstanceTypes = ["t3.small", "t3a.small"], Network = new() { SubnetIds = [.. subnets.Take(2)] } };
        var tally = new Tally(site, output);
        await tally.CaseAsync(kind, async at =>
        {
            site.Cloud.Faults = [new("RunInstances", 1, 3, Enum.Parse<FaultKind>(kind))];
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            var asked = site.Cloud.Requests.Where(r => r.Action == "RunInstances").Take(4).ToList();
            Assert.Equal(["t3.small", "t3.small", "t3a.small", "t3a.small"], asked.Select(r => r["InstanceType"]));
            Assert.Equal([subnets[0], subnets[1], subnets[0], subnets[1]], asked.Select(r => r["SubnetId"]));
            Assert.Equal(4, asked.Select(r => r["ClientToken"]).Distinct().Count());
            Assert.Equal([$"t3.small in {subnets[0]}: {code}", $"t3.small in {subnets[1]}: {code}", $"t3a.small in {subnets[0]}: {code}"], at.Case.Saved(s => s.Machine?.Tried is { Count: 3 }).Machine!.Tried);
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task NoRoom_Anywhere_TheFailureSaysWhatWasTried()
    {
        await using var site = new AwsSite(moto);
        var tally = new Tally(site, output);
        await tally.CaseAsync("nowhere", async at =>
        {
            site.Cloud.Faults = [new("RunInstances", 1, 99, FaultKind.Capacity)];
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal((TargetPhase.Failed, Reasons.NoCapacity, BuildStage.MachineCreated), (outcome!.Status.Phase, outcome.Status.Failure!.Reason, outcome.Status.Failure.Stage));
            Assert.Contains("t3.small: InsufficientInstanceCapacity", outcome.Status.Failure.Message, StringComparison.Ordinal);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }
}
