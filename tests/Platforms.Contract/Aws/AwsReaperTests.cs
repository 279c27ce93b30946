using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Aws;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Platforms.Aws;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>Builds whose object, ledger and all, is gone: what they left is found by its marks.</summary>
[Trait("Category", "Cloud")]
public sealed class AwsReaperTests(Moto moto, ITestOutputHelper output)
{
    private const string Policy = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}""";
    private const string Managed = "arn:aws:iam::123456789012:policy/reaped";
    private const string OtherRole = "arn:aws:iam::210987654321:role/images";

    [Fact]
    public async Task KilledAtEachCall_AndTheBuildIsGone_TheReaperRestoresTheAccount()
    {
        await using var site = Site();
        var tally = new Tally(site, output);
        var points = 0;
        await tally.CaseAsync("recording", async at =>
        {
            Place(site, at.Case);
            var process = at.Case.NextProcess();
            await at.AssertRightAsync(await at.Case.RunAsync(process));
            points = process.Points.Count;
        });
        for (var point = 0; point < points; point += PlatformContract.StrideOf(41))
        {
            await tally.CaseAsync($"kill at {point}, reap", async at =>
            {
                Place(site, at.Case);
                if (await at.Case.RunAsync(at.Case.NextProcess(point)) is not null) return;
                var kept = at.Case.Status?.Resources?.Any(r => r is { Key: "image", Temporary: false }) == true;
                var left = (await site.ListAsync()).Except(at.Before).ToList();
                site.Pass(TimeSpan.FromHours(25));

                // A dry run tells of it all and touches nothing.
                var told = await LookAsync(site, at.Case, StrayMode.Report);
                Assert.Null(told.Error);
                Assert.Equal(0, told.Removed);
                Assert.Equal(left, (await site.ListAsync()).Except(at.Before));
                var marked = IsMarkedKept(site);
                if (!kept && !marked) Assert.Equal(left.Count > 0, told.Found > 0);

                var reaped = await LookAsync(site, at.Case, StrayMode.Remove);
                Assert.Null(reaped.Error);
                // What was made a result stays, as all results do.
                if (!marked) await AssertAsBeforeAsync(site, at);
            });
        }

        tally.AssertGood();
    }

    [Theory]
    [InlineData("young")]
    [InlineData("alive")]
    [InlineData("of another platform")]
    [InlineData("a result")]
    [InlineData("not wanted")]
    public async Task WhatIsNoStray_IsLeftAlone(string why)
    {
        await using var site = Site();
        var tally = new Tally(site, output);
        await tally.CaseAsync(why, async at =>
        {
            Place(site, at.Case);
            var process = at.Case.NextProcess();
            if (why != "a result") process.AtPoint = name => { if (name == "execute p1") process.Kill(); };
            await at.Case.RunAsync(process);
            var there = await site.ListAsync();
            Assert.NotEqual(at.Before, there);
            site.Pass(why == "young" ? TimeSpan.FromHours(23) : TimeSpan.FromHours(25));

            var platform = why == "of another platform" ? "another" : PlatformOf(at.Case);
            var mode = why == "not wanted" ? StrayMode.Off : StrayMode.Remove;
            var report = await TryLookAsync(site, mode, platform, why == "alive" ? [at.Case.Uid] : []);

            if (why == "not wanted") Assert.Null(report);
            else Assert.Equal((0, 0, null), (report!.Found, report.Removed, report.Error));
            Assert.Equal(there, await site.ListAsync());
            if (why == "a result") return;
            // The case's own end.
            Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
        });
        tally.AssertGood();
    }

    [Theory]
    [InlineData("CreateRole!")]
    [InlineData("AttachRolePolicy!")]
    [InlineData("CreateInstanceProfile!")]
    [InlineData("execute p1")]
    public async Task RolesAndProfiles_OfABuildThatIsGone_AreFoundByTheirTags(string killed)
    {
        await using var site = await SiteWithProfileAsync();
        var tally = new Tally(site, output);
        await tally.CaseAsync(killed, async at =>
        {
            Place(site, at.Case);
            var process = at.Case.NextProcess();
            process.AtPoint = name => { if (name == killed) process.Kill(); };
            await at.Case.RunAsync(process);
            var left = (await site.ListAsync()).Except(at.Before).ToList();
            Assert.Contains(left, l => l.StartsWith("role ", StringComparison.Ordinal));
            site.Pass(TimeSpan.FromHours(25));

            Assert.Equal((0, null), await LookAsOtherAsync(site, "another", $"not-{at.Case.Uid}"));
            Assert.Equal((0, null), await LookAsOtherAsync(site, PlatformOf(at.Case), at.Case.Uid));
            var told = await LookAsync(site, at.Case, StrayMode.Report);
            Assert.Equal(left.Where(IsIdentity).Select(l => l.Split(' ')[1]).Order(StringComparer.Ordinal), told.Items!.Where(i => i.StartsWith("iam ", StringComparison.Ordinal)).Select(i => i.Split(' ')[2]).Order(StringComparer.Ordinal));
            Assert.Equal(left, (await site.ListAsync()).Except(at.Before));

            var reaped = await LookAsync(site, at.Case, StrayMode.Remove);
            Assert.Equal((told.Found, told.Found, null), (reaped.Found, reaped.Removed, reaped.Error));
            await AssertAsBeforeAsync(site, at);
            Assert.Empty(site.Cloud.Calls.Distinct().Except(["sts:GetCallerIdentity", .. PolicyTests.Allowed()]));
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task RolesMayNotBeListed_TheRestIsFound()
    {
        await using var site = await SiteWithProfileAsync();
        var tally = new Tally(site, output);
        await tally.CaseAsync("denied", async at =>
        {
            Place(site, at.Case);
            var process = at.Case.NextProcess();
            process.AtPoint = name => { if (name == "execute p1") process.Kill(); };
            await at.Case.RunAsync(process);
            site.Pass(TimeSpan.FromHours(25));
            site.Cloud.Faults = [new("ListInstanceProfiles", 1, 99, FaultKind.Denied)];
            var reaped = await LookAsync(site, at.Case, StrayMode.Remove);
            Assert.Equal((true, null), (reaped.Removed > 0 && reaped.Removed == reaped.Found, reaped.Error));
            Assert.All((await site.ListAsync()).Except(at.Before), l => Assert.True(IsIdentity(l), l));
            site.Cloud.Faults = [];
            Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task CopiesInOtherAccounts_AreFound_WhereTheirRoleIsNamed()
    {
        await using var site = Site();
        AwsStrayAccount[] accounts = [new() { RoleArn = OtherRole }, new() { RoleArn = OtherRole, Region = AwsSite.CopyRegion }];
        site.Aws = site.Aws with { Image = site.Aws.Image with { Copies = [], ShareWith = null, AccountCopies = [.. accounts.Select(a => new AwsAccountCopy { RoleArn = a.RoleArn, Region = a.Region })] } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("copies", async at =>
        {
            Place(site, at.Case);
            var (process, copies) = (at.Case.NextProcess(), 0);
            process.AtPoint = name => { if (name == "CopyImage!" && ++copies == 2) process.Kill(); };
            await at.Case.RunAsync(process);
            Assert.Equal(4, (await site.ListAsync()).Except(at.Before).Count(l => l.StartsWith(OtherRole.Split(':')[4], StringComparison.Ordinal)));
            site.Pass(TimeSpan.FromHours(25));

            // A role that cannot be assumed keeps nobody from the rest.
            site.Cloud.Faults = [new("AssumeRole", 1, 99, FaultKind.Denied)];
            var without = await TryLookAsync(site, StrayMode.Report, PlatformOf(at.Case), ["another"], accounts);
            Assert.True(without!.Found > 0);
            Assert.DoesNotContain(without.Items!, i => i.StartsWith(OtherRole.Split(':')[4], StringComparison.Ordinal));
            Assert.StartsWith($"{OtherRole.Split(':')[4]}/{AwsSite.Region}: ", without.Error, StringComparison.Ordinal);

            site.Cloud.Faults = [];
            var reaped = await TryLookAsync(site, StrayMode.Remove, PlatformOf(at.Case), ["another"], accounts);
            Assert.Equal((reaped!.Found, null), (reaped.Removed, reaped.Error));
            Assert.True(reaped.Found > without.Found);
            await AssertAsBeforeAsync(site, at);
        });
        tally.AssertGood();
    }

    private static bool IsIdentity(string line) => line.StartsWith("role ", StringComparison.Ordinal) || line.StartsWith("profile ", StringComparison.Ordinal);

    private static async Task<(int Found, string? Error)> LookAsOtherAsync(AwsSite site, string platform, string alive)
    {
        var report = await TryLookAsync(site, StrayMode.Remove, platform, [alive]);
        return (report!.Found, report.Error);
    }

    private async Task<AwsSite> SiteWithProfileAsync()
    {
        var site = Site();
        await site.Prepare().MakePolicyAsync(Managed.Split('/')[^1], Policy);
        site.Aws = site.Aws with { TemporaryIamInstanceProfile = new() { Policy = Policy, ManagedPolicyArns = [Managed] } };
        return site;
    }

    private AwsSite Site()
    {
        var site = new AwsSite(moto);
        // A parameter and a launch template bear no marks: they are the sweeper's only.
        site.Aws = site.Aws with { Image = site.Aws.Image with { SsmParameter = null, LaunchTemplate = null } };
        return site;
    }

    /// <summary>A platform of the case's own: the emulator shows what is gone, too.</summary>
    private static void Place(AwsSite site, Case build) => site.Access = new(new() { Aws = new() { Region = AwsSite.Region } }, "/nowhere", PlatformOf(build));

    private static string PlatformOf(Case build) => $"platform-{build.Uid}";

    private static bool IsMarkedKept(AwsSite site) => site.Cloud.Requests.Any(r => r.Action == "CreateTags" && r.Body.Contains("kept", StringComparison.Ordinal));

    private static async Task AssertAsBeforeAsync(AwsSite site, Tally.At at) => Assert.Equal(at.Before, await site.ListAsync());

    private static async Task<StrayReport> LookAsync(AwsSite site, Case build, StrayMode mode) =>
        await TryLookAsync(site, mode, PlatformOf(build), [$"not-{build.Uid}"]) ?? throw new Xunit.Sdk.XunitException("nobody looked for strays");

    private static async Task<StrayReport?> TryLookAsync(AwsSite site, StrayMode mode, string platform, string[] alive, IReadOnlyList<AwsStrayAccount>? accounts = null)
    {
        var process = new Process(1);
        var probe = new AwsProbe(site.Options(process)).ProbeAsync(
            new()
            {
                Platform = new() { Aws = new() { Region = AwsSite.Region, Strays = new() { Mode = mode, Regions = [AwsSite.CopyRegion], Accounts = accounts ?? [] } } },
                Credentials = "/nowhere",
                Cache = "/nowhere",
                Strays = new() { PlatformUid = platform, Builds = alive },
                Time = site.Time,
            },
            CancellationToken.None);
        await site.RunAsync(probe, process);
        var result = await probe;
        Assert.Equal(ProbeOutcome.Works, result.Outcome);
        return result.Strays;
    }
}
