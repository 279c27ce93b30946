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
        await new KillMatrix(output, "DeregisterImage", "RegisterImage~", "CreateTags~", "DeleteSnapshot")
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

    [Theory]
    [InlineData("RegisterImage", 99)]
    [InlineData("DeregisterImage", 1)]
    public async Task ACallIsDenied_TheOldAmisStay(string action, int times)
    {
        await using var site = Place();
        var tally = new Tally(site, output);
        await tally.CaseAsync("denied", async at =>
        {
            var old = await MakeOldAsync(site);
            site.Cloud.Faults = [new(action, 1, times, FaultKind.Denied)];
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Contains($"must allow ec2:{action}", outcome!.Status.Failure!.Hint, StringComparison.Ordinal);
            Assert.Null(outcome.Status.CleanupErrors);
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
    public async Task SomeoneTakesTheNameWhenItIsFree_TheBuildFailsAndNothingIsLeft()
    {
        await using var site = Place();
        var tally = new Tally(site, output);
        await tally.CaseAsync("faster", async at =>
        {
            await MakeOldAsync(site);
            string? other = null;
            BeforeFirst(site, r => r.Action == "RegisterImage" && r["DryRun"] != "true", async r => other = await site.AddImageAsync(r.Region, Name));
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal((TargetPhase.Failed, (IReadOnlyList<string>?)null), (outcome!.Status.Phase, outcome.Status.CleanupErrors));
            Assert.Contains($"{other} in {AwsSite.Region} has taken the name {Name}", outcome.Status.Failure!.Message, StringComparison.Ordinal);
            await AssertOneEachAsync(site, at);
            Assert.Equal(other, Assert.Single(await site.ImagesAsync(AwsSite.Region, Name)).Text("imageId"));
        });
        tally.AssertGood();
    }

    [Theory]
    [InlineData("another build has put its own in the place")]
    [InlineData("the new one is gone")]
    [InlineData("both are gone")]
    public async Task ThereIsNoWayForward_TheSweeperComesToItsEnd(string why)
    {
        await using var site = Place();
        var tally = new Tally(site, output);
        await tally.CaseAsync(why, async at =>
        {
            await MakeOldAsync(site);
            var old = site.LinesOf(AwsSite.Region, Assert.Single(await site.ImagesAsync(AwsSite.Region, Name)));
            var (isReplaced, isLost) = (why.StartsWith("another", StringComparison.Ordinal), why == "both are gone");
            var process = at.Case.NextProcess();
            process.AtPoint = name => { if (name == (isLost ? "DeregisterImage!" : "DeregisterImage")) process.Kill(); };
            Assert.Null(await at.Case.RunAsync(process));
            var taken = Assert.Single(await site.ImagesAsync(AwsSite.Region, isReplaced ? Name : $"{Name}-*"));
            await site.RemoveImageAsync(AwsSite.Region, taken);
            if (isReplaced) await site.AddImageAsync(AwsSite.Region, Name);
            // By now everyone sees it.
            site.Pass(TimeSpan.FromMinutes(1));
            Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            if (isLost)
            {
                // Of the old one there are still the snapshots: who lost both may want them.
                Assert.Empty(await site.ImagesAsync(AwsSite.Region, "web-*"));
                var left = Assert.Single((await site.ListAsync()).Except(at.Before), l => l.StartsWith(AwsSite.Region, StringComparison.Ordinal));
                Assert.Contains(left, old);
                await site.RemoveSnapshotAsync(AwsSite.Region, left.Split(' ')[1]);
                return;
            }

            await AssertOneEachAsync(site, at);
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task TwoBuildsAtOnce_BothEnd_AndOneAmiHasTheName()
    {
        await using var site = Place();
        var tally = new Tally(site, output);
        await tally.CaseAsync("two", async at =>
        {
            await MakeOldAsync(site);
            Case[] builds = [at.Case, new Case(site)];
            var outcomes = await Case.RunTogetherAsync(site, builds);
            Assert.All(outcomes, o => Assert.Null(o.Status.CleanupErrors));
            foreach (var build in builds) Assert.Empty((await build.SweepAsync(build.NextProcess()))!);
            await AssertOneEachAsync(site, at);
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task SomeoneTakesTheNameAfterItWasFree_ThatAmiIsReplaced()
    {
        await using var site = Place();
        var tally = new Tally(site, output);
        await tally.CaseAsync("taken late", async at =>
        {
            // In the build's region, then in the copy's.
            BeforeFirst(site, r => r.Action == "CreateImage", async r =>
            {
                await site.AddImageAsync(r.Region, Name);
                BeforeFirst(site, c => c.Action == "CopyImage", c => site.AddImageAsync(c.Region, Name));
            });
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            foreach (var region in Regions) Assert.Equal(Name, Assert.Single(await site.ImagesAsync(region, "web-*")).Text("name"));
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task TheOldAmisGoByThemselves_AndTheBuildFails_ItsOwnAreRemoved()
    {
        await using var site = Place();
        var tally = new Tally(site, output);
        await tally.CaseAsync("gone", async at =>
        {
            await MakeOldAsync(site);
            site.Cloud.Faults = [new("EnableImageDeprecation", 1, 99, FaultKind.Denied)];
            BeforeFirst(site, r => r.Action == "CopyImage", async _ =>
            {
                foreach (var region in Regions) await site.RemoveImageAsync(region, Assert.Single(await site.ImagesAsync(region, Name)));
            });
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Contains("must allow ec2:EnableImageDeprecation", outcome!.Status.Failure!.Hint, StringComparison.Ordinal);
            Assert.Contains("ec2:RegisterImage", site.Cloud.Calls);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task BuildFailsLast_ParameterAndTemplateKeepTheAmiThatStays()
    {
        await using var site = Place();
        site.Aws = site.Aws with { Image = site.Aws.Image with { SsmParameter = "/images/web", LaunchTemplate = new() { Id = site.Cloud.Templates.Add("ami-old"), SetDefault = true } } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("marks are denied", async at =>
        {
            foreach (var (region, id) in await MakeOldAsync(site)) await site.WriteParameterAsync("/images/web", id, region: region);
            // The two before are of the replacements.
            site.Cloud.Faults = [new("CreateTags", 3, 99, FaultKind.Denied)];
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal((TargetPhase.Failed, (IReadOnlyList<string>?)null), (outcome!.Status.Phase, outcome.Status.CleanupErrors));
            var there = await site.ListAsync();
            foreach (var region in Regions) Assert.Contains($"{region} /images/web={Assert.Single(await site.ImagesAsync(region, Name)).Text("imageId")}", there);
            var placed = Assert.Single(await site.ImagesAsync(AwsSite.Region, Name)).Text("imageId")!;
            Assert.Contains(LaunchTemplates.Line(site.Aws.Image.LaunchTemplate!.Id, placed, isDefault: true), there);
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task NameOfACopyIsTaken_TheBuildFailsBeforeAnythingIsMade()
    {
        await using var site = Place();
        site.Aws = site.Aws with { Image = site.Aws.Image with { NameRule = AwsNameRule.Fail } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("taken", async at =>
        {
            var other = await site.MakeImageAsync(AwsSite.CopyRegion, Name);
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Contains($"aws.image.name: {other} in {AwsSite.CopyRegion} has the name {Name} already", outcome!.Status.Failure!.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("ec2:RunInstances", site.Cloud.Calls);
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

    /// <summary>What someone else does just before a call.</summary>
    private static void BeforeFirst(AwsSite site, Func<AwsRequest, bool> call, Func<AwsRequest, Task> act) => site.Cloud.Meanwhile = async request =>
    {
        if (!call(request)) return;
        site.Cloud.Meanwhile = null;
        await act(request);
    };

    private AwsSite Place()
    {
        var site = new AwsSite(moto);
        site.Aws = site.Aws with { Image = site.Aws.Image with { NameRule = AwsNameRule.Replace, SsmParameter = null, LaunchTemplate = null } };
        return site;
    }
}
