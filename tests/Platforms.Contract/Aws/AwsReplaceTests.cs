using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>An AMI whose name another one has takes its place once it is good, and there is always one of them.</summary>
[Trait("Category", "Cloud")]
public sealed class AwsReplaceTests(Moto moto, ITestOutputHelper output)
{
    private const string Name = "web-lab-1";

    private static readonly string[] Regions = [AwsSite.Region, AwsSite.CopyRegion];

    [Fact]
    public async Task KilledAroundItsCalls_OneAmiHasTheName_AndNothingElseIsLeft()
    {
        await using var site = Place();
        await new KillMatrix(output, "DeregisterImage", "RegisterImage~")
        {
            Before = at => MakeOldAsync(site),
            AfterSweep = at => AssertOneEachAsync(site, at),
            AfterBuild = async at =>
            {
                foreach (var region in Regions) Assert.Equal(Name, Assert.Single(await site.ImagesAsync(region, "web-*")).Text("name"));
            },
        }.RunAsync(site);
    }

    [Fact]
    public async Task BuildFailsAfterwards_WhatHasTakenThePlaceStays()
    {
        await using var site = Place();
        var tally = new Tally(site, output);
        await tally.CaseAsync("settings are denied", async at =>
        {
            await MakeOldAsync(site);
            site.Cloud.Faults = [new("EnableImageDeprecation", 1, 99, FaultKind.Denied)];
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal((TargetPhase.Failed, (IReadOnlyList<string>?)null), (outcome!.Status.Phase, outcome.Status.CleanupErrors));
            await AssertOneEachAsync(site, at);
            foreach (var region in Regions) Assert.Contains("imageoperator.dev/kept", Assert.Single(await site.ImagesAsync(region, Name)).ToString(), StringComparison.Ordinal);
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task RegistrationIsDenied_TheOldAmisStay()
    {
        await using var site = Place();
        var tally = new Tally(site, output);
        await tally.CaseAsync("denied", async at =>
        {
            var old = await MakeOldAsync(site);
            site.Cloud.Faults = [new("RegisterImage", 1, 99, FaultKind.Denied)];
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Contains("must allow ec2:RegisterImage", outcome!.Status.Failure!.Hint, StringComparison.Ordinal);
            await AssertOneEachAsync(site, at);
            foreach (var (region, id) in old) Assert.Equal(id, Assert.Single(await site.ImagesAsync(region, Name)).Text("imageId"));
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task NothingHasTheName_NothingIsReplaced()
    {
        await using var site = Place();
        var tally = new Tally(site, output);
        await tally.CaseAsync("free", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.DoesNotContain("ec2:RegisterImage", site.Cloud.Calls);
            Assert.DoesNotContain("ec2:DeregisterImage", site.Cloud.Calls);
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task OldAmiIsProtected_TheBuildFailsBeforeAnythingIsMade()
    {
        await using var site = Place();
        var tally = new Tally(site, output);
        await tally.CaseAsync("protected", async at =>
        {
            var old = await MakeOldAsync(site);
            site.Cloud.Protect(old[AwsSite.CopyRegion]);
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Contains($"aws.image.nameRule: {old[AwsSite.CopyRegion]} in {AwsSite.CopyRegion}", outcome!.Status.Failure!.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("ec2:RunInstances", site.Cloud.Calls);
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task UefiVariables_AreThoseOfTheMachine()
    {
        await using var site = Place();
        site.Aws = site.Aws with { Image = site.Aws.Image with { BootMode = AwsBootMode.Uefi, TpmSupport = true, Copies = [] } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("uefi", async at =>
        {
            await MakeOldAsync(site);
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.True(outcome!.Succeeded, outcome.Status.Failure?.Message);
            var last = site.Cloud.Requests.Last(r => r.Action == "RegisterImage");
            Assert.Equal([Name, "uefi", "v2.0", Registrations.Store], new[] { "Name", "BootMode", "TpmSupport", "UefiData" }.Select(n => last[n]));
            Assert.Empty(site.Cloud.Calls.Distinct().Except(PolicyTests.Allowed()));
        });
        tally.AssertGood();
    }

    /// <summary>One AMI of the name in each region, old or new, with its snapshots; nothing else.</summary>
    private static async Task AssertOneEachAsync(AwsSite site, Tally.At at)
    {
        List<string> expected = [.. at.Before];
        foreach (var region in Regions) expected.AddRange(site.LinesOf(region, Assert.Single(await site.ImagesAsync(region, "web-*"))));
        Assert.Equal(expected.Order(StringComparer.Ordinal), await site.ListAsync());
    }

    private static async Task<Dictionary<string, string>> MakeOldAsync(AwsSite site)
    {
        var made = new Dictionary<string, string>();
        foreach (var region in Regions) made[region] = await site.MakeImageAsync(region, Name);
        return made;
    }

    private AwsSite Place()
    {
        var site = new AwsSite(moto);
        site.Aws = site.Aws with { Image = site.Aws.Image with { NameRule = AwsNameRule.Replace, SsmParameter = null, LaunchTemplate = null } };
        return site;
    }
}
