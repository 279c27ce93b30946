using ImageOperator.Api.Targets.Aws;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>Boot mode, TPM and UEFI data: the AMI is registered of snapshots.</summary>
[Trait("Category", "Cloud")]
public sealed class AwsBootTests(Moto moto, ITestOutputHelper output)
{
    private const string Store = "QU1aTlVFRkk=";

    [Fact]
    public async Task Image_IsRegisteredAsTheTargetSays_WithTheMachinesVolumes()
    {
        await using var site = Place();
        var tally = new Tally(site, output);
        await tally.CaseAsync("uefi", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.DoesNotContain("ec2:CreateImage", site.Cloud.Calls);
            Assert.Empty(site.Cloud.Calls.Distinct().Except(PolicyTests.Allowed()));
            var request = site.Cloud.Requests.First(r => r.Action == "RegisterImage");
            Assert.Equal(
                ["web-lab-1", "uefi", "v2.0", Store, "x86_64", "hvm", "/dev/sda1"],
                new[] { "Name", "BootMode", "TpmSupport", "UefiData", "Architecture", "VirtualizationType", "RootDeviceName" }.Select(n => request[n]));
            Assert.Equal(["/dev/sda1", "true"], new[] { "DeviceName", "Ebs.DeleteOnTermination" }.Select(n => request[$"BlockDeviceMapping.1.{n}"]));
            Assert.Equal(Registrations.SnapshotsIn(request), site.Cloud.RegisteredSnapshots(at.Case.Status!.Artifacts![0].Id));
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task KilledAroundItsCalls_NothingIsLeftOrLost()
    {
        await using var site = Place();
        await new KillMatrix(output, "CreateSnapshots", "RegisterImage").RunAsync(site);
    }

    [Fact]
    public async Task SnapshotsWhoseAnswerWasLost_AreMadeAgain_AndNoneIsLeft()
    {
        await using var site = Place();
        var tally = new Tally(site, output);
        await tally.CaseAsync("lost answers", async at =>
        {
            site.Cloud.Faults = [new("CreateSnapshots", 1, 1, FaultKind.LostAnswer), new("RegisterImage", 1, 1, FaultKind.LostAnswer), new("DeleteSnapshot", 1, 1, FaultKind.LostAnswer)];
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.Equal(2, site.Cloud.Calls.Count(c => c == "ec2:CreateSnapshots"));
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task SnapshotThatNoAmiNeeds_MayNotBeDeleted_TheAmiIsNotLostForIt()
    {
        await using var site = Place();
        var tally = new Tally(site, output);
        await tally.CaseAsync("denied", async at =>
        {
            site.Cloud.Faults = [new("CreateSnapshots", 1, 1, FaultKind.LostAnswer), new("DeleteSnapshot", 1, 99, FaultKind.Denied)];
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.True(outcome!.Succeeded, outcome.Status.Failure?.Message);
            site.Cloud.Faults = [];
            var needed = site.Cloud.RegisteredSnapshots(outcome.Status.Artifacts![0].Id);
            var left = (await site.ListAsync()).Except(at.Before).Select(l => l.Split(' ')[1]).Where(s => s.StartsWith("snap-", StringComparison.Ordinal)).Except(needed).ToList();
            Assert.NotEmpty(left);
            foreach (var snapshot in left) await site.RemoveSnapshotAsync(AwsSite.Region, snapshot);
        });
        tally.AssertGood();
    }

    private AwsSite Place()
    {
        var site = new AwsSite(moto);
        site.Aws = site.Aws with { Image = site.Aws.Image with { BootMode = AwsBootMode.Uefi, TpmSupport = true, UefiData = Store, Copies = [], SsmParameter = null, LaunchTemplate = null } };
        return site;
    }
}
