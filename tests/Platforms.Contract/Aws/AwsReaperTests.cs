using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Aws;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

[Trait("Category", "Cloud")]
public sealed class AwsReaperTests(Moto moto, ITestOutputHelper output) : ReaperContract(output)
{
    private const string Policy = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}""";
    private const string Managed = "arn:aws:iam::123456789012:policy/reaped";
    private const string OtherRole = "arn:aws:iam::210987654321:role/images";

    private readonly ITestOutputHelper _output = output;

    protected override int DefaultStride => 41;

    [Theory]
    [InlineData("CreateRole!")]
    [InlineData("AttachRolePolicy!")]
    [InlineData("CreateInstanceProfile!")]
    [InlineData("execute p1")]
    public async Task RolesAndProfiles_OfABuildThatIsGone_AreFoundByTheirTags(string killed)
    {
        await using var site = await SiteWithProfileAsync();
        var tally = new Tally(site, _output);
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
            Assert.Equal(at.Before, await site.ListAsync());
            Assert.Empty(site.Cloud.Calls.Distinct().Except(["sts:GetCallerIdentity", .. PolicyTests.Allowed()]));
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task RolesMayNotBeListed_TheRestIsFound()
    {
        await using var site = await SiteWithProfileAsync();
        var tally = new Tally(site, _output);
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
        var tally = new Tally(site, _output);
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
            var without = await TryLookAsync(site, Platform(StrayMode.Report, accounts), PlatformOf(at.Case), ["another"]);
            Assert.True(without!.Found > 0);
            Assert.DoesNotContain(without.Items!, i => i.StartsWith(OtherRole.Split(':')[4], StringComparison.Ordinal));
            Assert.StartsWith($"{OtherRole.Split(':')[4]}/{AwsSite.Region}: ", without.Error, StringComparison.Ordinal);

            site.Cloud.Faults = [];
            var reaped = await TryLookAsync(site, Platform(StrayMode.Remove, accounts), PlatformOf(at.Case), ["another"]);
            Assert.Equal((reaped!.Found, null), (reaped.Removed, reaped.Error));
            Assert.True(reaped.Found > without.Found);
            Assert.Equal(at.Before, await site.ListAsync());
        });
        tally.AssertGood();
    }

    private static bool IsIdentity(string line) => line.StartsWith("role ", StringComparison.Ordinal) || line.StartsWith("profile ", StringComparison.Ordinal);

    private async Task<(int Found, string? Error)> LookAsOtherAsync(AwsSite site, string platform, string alive)
    {
        var report = await TryLookAsync(site, Platform(StrayMode.Remove), platform, [alive]);
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

    private protected override CloudSite Open() => Site();

    protected override ImagePlatformSpec Platform(StrayMode mode) => Platform(mode, []);

    private protected override IPlatformProbe Probe(CloudSite site, Process process) => new AwsProbe(((AwsSite)site).Options(process));

    private protected override bool HasResults(CloudSite site) => ((AwsSite)site).Cloud.Requests.Any(r => r.Action == "CreateTags" && r.Body.Contains("kept", StringComparison.Ordinal));

    private static ImagePlatformSpec Platform(StrayMode mode, IReadOnlyList<AwsStrayAccount> accounts) =>
        new() { Aws = new() { Region = AwsSite.Region, Strays = new() { Mode = mode, Regions = [AwsSite.CopyRegion], Accounts = accounts } } };
}
