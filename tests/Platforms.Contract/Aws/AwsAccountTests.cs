using Amazon.Runtime;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Platforms.Aws;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>Copies that belong to other accounts.</summary>
[Trait("Category", "Cloud")]
public sealed class AwsAccountTests(Moto moto, ITestOutputHelper output) : IAsyncLifetime
{
    private const string Account = "210987654321";
    private const string Role = $"arn:aws:iam::{Account}:role/images";

    /// <summary>Time is moved while nothing is computed; the first role that is assumed compiles a lot, which takes its time on a busy machine.</summary>
    public async ValueTask InitializeAsync()
    {
        var probe = new AwsProbe(new() { Endpoint = moto.Address.ToString(), Credentials = new BasicAWSCredentials("testing", "testing") });
        var platform = new ImagePlatformSpec { Aws = new() { Region = AwsSite.Region, AssumeRoles = [new() { RoleArn = Role }] } };
        var result = await probe.ProbeAsync(new() { Platform = platform, Credentials = "/nowhere", Cache = "/nowhere", Time = TimeProvider.System }, TestContext.Current.CancellationToken);
        Assert.Equal(ProbeOutcome.Works, result.Outcome);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task KilledAroundItsCalls_TheOtherAccountIsAsBefore_AndNothingStaysShared()
    {
        await using var site = Place();
        await new KillMatrix(output, "CopyImage", "ModifySnapshotAttribute")
        {
            AfterSweep = async at =>
            {
                await at.AssertAsBeforeAsync();
                Assert.Empty(site.Cloud.Shares);
            },
            AfterBuild = at =>
            {
                Assert.Empty(site.Cloud.Shares);
                Assert.Equal([AwsSite.Region, $"{Account}/{AwsSite.Region}", $"{Account}/{AwsSite.CopyRegion}"], at.Case.Status!.Artifacts!.Select(a => a.Location));
                return Task.CompletedTask;
            },
        }.RunAsync(site);
    }

    [Fact]
    public async Task Copies_AreMadeByTheRole_WithItsKey()
    {
        await using var site = Place();
        var tally = new Tally(site, output);
        await tally.CaseAsync("copies", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            var assumed = site.Cloud.Requests.First(r => r.Action == "AssumeRole");
            Assert.Equal((Role, "images-1"), (assumed["RoleArn"], assumed["ExternalId"]));
            var copies = site.Cloud.Requests.Where(r => r.Action == "CopyImage").DistinctBy(r => r.Region).OrderBy(r => r.Region, StringComparer.Ordinal).ToList();
            Assert.Equal([(AwsSite.Region, null, null), (AwsSite.CopyRegion, "true", "alias/theirs")], copies.Select(r => (r.Region, r["Encrypted"], r["KmsKeyId"])));
            Assert.All(copies, r => Assert.NotEqual("testing", r.AccessKey));
            Assert.All(copies, r => Assert.Equal(AwsSite.Region, r["SourceRegion"]));
            // Its deprecation is set where it is.
            Assert.Equal(3, site.Cloud.Requests.Where(r => r.Action == "EnableImageDeprecation").DistinctBy(r => r["ImageId"]).Count());
            Assert.Empty(site.Cloud.Calls.Where(c => c != "sts:AssumeRole").Distinct().Except(PolicyTests.Allowed()));
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task ShareThatTheTargetWants_Stays()
    {
        await using var site = Place();
        site.Aws = site.Aws with { Image = site.Aws.Image with { ShareWith = new() { Accounts = [Account] } } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("shared", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.Equal([$"{at.Case.Status!.Artifacts![0].Id} {Account}"], site.Cloud.Shares);
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task RoleMayNotCopy_TheBuildFailsAndNothingIsLeft()
    {
        await using var site = Place();
        var tally = new Tally(site, output);
        await tally.CaseAsync("denied", async at =>
        {
            site.Cloud.Faults = [new("CopyImage", 1, 99, FaultKind.Denied)];
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal(TargetPhase.Failed, outcome!.Status.Phase);
            Assert.Contains("must allow ec2:CopyImage", outcome.Status.Failure!.Hint, StringComparison.Ordinal);
            await at.AssertAsBeforeAsync();
            Assert.Empty(site.Cloud.Shares);
        });
        tally.AssertGood();
    }

    private AwsSite Place()
    {
        var site = new AwsSite(moto);
        AwsAccountCopy[] copies = [new() { RoleArn = Role, ExternalId = "images-1" }, new() { RoleArn = Role, ExternalId = "images-1", Region = AwsSite.CopyRegion, Encrypted = true, KmsKeyId = "alias/theirs" }];
        site.Aws = site.Aws with { Image = site.Aws.Image with { Copies = [], AccountCopies = copies, ShareWith = null, LaunchTemplate = null } };
        return site;
    }
}
