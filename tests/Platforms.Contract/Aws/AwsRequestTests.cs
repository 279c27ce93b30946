using ImageOperator.Api.Common;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>What of a target AWS is asked for, as the SDK sent it.</summary>
[Trait("Category", "Cloud")]
public sealed class AwsRequestTests(Moto moto, ITestOutputHelper output)
{
    private const string Key = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";
    private const string Unit = "arn:aws:organizations::123456789012:ou/o-abcdefghij/ou-abcd-12345678";

    [Fact]
    public Task Machine_AsTheTargetSays() => BuildAsync(
        aws => aws with
        {
            InstanceTypes = ["t3.medium"],
            Spot = new() { MaxPrice = "0.05" },
            IamInstanceProfile = "builders",
            RunTags = new Dictionary<string, string> { ["run"] = "yes" },
            MachineLifetime = Duration.FromMinutes(30),
            Network = new() { AssociatePublicIpAddress = true },
            Volumes =
            [
                new() { DeviceName = "/dev/xvda", SizeGiB = 20, Type = AwsVolumeType.Gp3, Iops = 4000, Throughput = 250, Encrypted = true, KmsKeyId = "alias/images" },
                new() { DeviceName = "/dev/sdf", SizeGiB = 1 },
            ],
        },
        site =>
        {
            var run = Single(site, "RunInstances", r => r["TagSpecification.1.Tag.1.Value"]!.EndsWith("-build", StringComparison.Ordinal));
            Assert.Equal(
                ["t3.medium", "spot", "0.05", "one-time", "builders", "required", "enabled", "terminate", "true", "1", "1"],
                Values(run, "InstanceType", "InstanceMarketOptions.MarketType", "InstanceMarketOptions.SpotOptions.MaxPrice", "InstanceMarketOptions.SpotOptions.SpotInstanceType", "IamInstanceProfile.Name",
                    "MetadataOptions.HttpTokens", "MetadataOptions.HttpEndpoint", "InstanceInitiatedShutdownBehavior", "NetworkInterface.1.AssociatePublicIpAddress", "MinCount", "MaxCount"));
            Assert.Equal(
                ["/dev/xvda", "20", "gp3", "4000", "250", "true", "alias/images", "true", "/dev/sdf", "1", "true"],
                Values(run, "BlockDeviceMapping.1.DeviceName", "BlockDeviceMapping.1.Ebs.VolumeSize", "BlockDeviceMapping.1.Ebs.VolumeType", "BlockDeviceMapping.1.Ebs.Iops", "BlockDeviceMapping.1.Ebs.Throughput",
                    "BlockDeviceMapping.1.Ebs.Encrypted", "BlockDeviceMapping.1.Ebs.KmsKeyId", "BlockDeviceMapping.1.Ebs.DeleteOnTermination", "BlockDeviceMapping.2.DeviceName", "BlockDeviceMapping.2.Ebs.VolumeSize",
                    "BlockDeviceMapping.2.Ebs.DeleteOnTermination"));
            var end = DateTimeOffset.Parse(Tags(run, "instance")["imageoperator.dev/created-at"], System.Globalization.CultureInfo.InvariantCulture).AddMinutes(30).ToUnixTimeSeconds();
            Assert.Contains($"bootcmd:\n  - [sh, -c, 'left=$(({end} - $(date +%s)));", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(run["UserData"]!)), StringComparison.Ordinal);
            foreach (var type in new[] { "instance", "volume", "spot-instances-request" }) AssertTags(run, type, ("team", "lab"), ("run", "yes"));
            AssertTags(Single(site, "ImportKeyPair", r => r["KeyName"]!.EndsWith("-build", StringComparison.Ordinal)), "key-pair", ("run", "yes"));
        });

    [Fact]
    public Task Image_AsTheTargetSays() => BuildAsync(
        aws => aws with
        {
            Volumes = [new() { DeviceName = "/dev/sdf", SizeGiB = 1, DeleteOnTermination = false }],
            Image = aws.Image with
            {
                NameRule = AwsNameRule.Suffix,
                Description = "the web image",
                Tags = new Dictionary<string, string> { ["of"] = "image" },
                SnapshotTags = new Dictionary<string, string> { ["of"] = "snapshot" },
                EnaSupport = true,
                SriovNetSupport = true,
                RequireImdsV2 = true,
                DeregistrationProtection = true,
                Copies = [new() { Region = AwsSite.CopyRegion, Encrypted = true, KmsKeyId = Key }],
                ShareWith = new() { Accounts = ["210987654321"], OrganizationalUnits = [Unit], Snapshots = true },
            },
        },
        site =>
        {
            var create = Single(site, "CreateImage", _ => true);
            Assert.Equal(("true", "the web image"), (create["NoReboot"], create["Description"]));
            Assert.Equal(["/dev/sdf", "false"], Values(create, "BlockDeviceMapping.1.DeviceName", "BlockDeviceMapping.1.Ebs.DeleteOnTermination"));
            Assert.Matches("^web-lab-1-[0-9a-f]{8}$", create["Name"]);
            AssertTags(create, "image", ("team", "lab"), ("of", "image"));
            AssertTags(create, "snapshot", ("team", "lab"), ("of", "snapshot"));

            var copy = Single(site, "CopyImage", _ => true);
            Assert.Equal((AwsSite.CopyRegion, AwsSite.Region, "true", Key, create["Name"]), (copy.Region, copy["SourceRegion"], copy["Encrypted"], copy["KmsKeyId"], copy["Name"]));
            AssertTags(copy, "image", ("of", "image"));
            AssertTags(copy, "snapshot", ("of", "snapshot"));

            // Before the AMI is made, of the machine; all else of each AMI, in its region.
            Assert.Equal(["true", "simple"], [Single(site, "ModifyInstanceAttribute", r => r["EnaSupport.Value"] is not null)["EnaSupport.Value"], Single(site, "ModifyInstanceAttribute", r => r["SriovNetSupport.Value"] is not null)["SriovNetSupport.Value"]]);
            Assert.True(Order(site, "ModifyInstanceAttribute") > Order(site, "StopInstances"));
            Assert.True(Order(site, "ModifyInstanceAttribute") < Order(site, "CreateImage"));
            foreach (var region in new[] { AwsSite.Region, AwsSite.CopyRegion })
            {
                Assert.Equal("v2.0", Single(site, "ModifyImageAttribute", r => r.Region == region && r["ImdsSupport.Value"] is not null)["ImdsSupport.Value"]);
                var shared = Single(site, "ModifyImageAttribute", r => r.Region == region && r["LaunchPermission.Add.1.UserId"] is not null);
                Assert.Equal(("210987654321", Unit), (shared["LaunchPermission.Add.1.UserId"], shared["LaunchPermission.Add.2.OrganizationalUnitArn"]));
                Assert.Equal("210987654321", Single(site, "ModifySnapshotAttribute", r => r.Region == region)["CreateVolumePermission.Add.1.UserId"]);
                Single(site, "EnableImageDeregistrationProtection", r => r.Region == region);
                Single(site, "EnableImageDeprecation", r => r.Region == region);
            }

            Assert.Equal(create["Name"], site.Cloud.Requests.First(r => r.Action == "DescribeImages" && r["Owner.1"] == "self")["Filter.1.Value.1"]);
        });

    [Fact]
    public async Task LaunchTemplate_IsNotThere_TheBuildFailsAndLeavesNothing()
    {
        await using var site = new AwsSite(moto);
        site.Aws = site.Aws with { Image = site.Aws.Image with { LaunchTemplate = new() { Id = "lt-0123456789abcdef0" } } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("no template", async at =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Contains("aws.image.launchTemplate: there is no launch template lt-0123456789abcdef0 in eu-central-1", outcome!.Status.Failure!.Message, StringComparison.Ordinal);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    private async Task BuildAsync(Func<AwsTarget, AwsTarget> change, Action<AwsSite> check)
    {
        await using var site = new AwsSite(moto);
        site.Aws = change(site.Aws);
        if (site.Aws.IamInstanceProfile is { } profile) await site.MakeProfileAsync(profile);
        var tally = new Tally(site, output);
        await tally.CaseAsync("a build", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            check(site);
        });
        tally.AssertGood();
    }

    private static AwsRequest Single(AwsSite site, string action, Func<AwsRequest, bool> fits) =>
        // A try that came too early is made again, the same.
        site.Cloud.Requests.Where(r => r.Action == action && fits(r)).DistinctBy(r => r.Region + r.Body).ToList() is [var found]
            ? found
            : throw new Xunit.Sdk.XunitException($"not exactly one {action} fits: {string.Join("; ", site.Cloud.Requests.Where(r => r.Action == action).Select(r => r.Body))}");

    private static int Order(AwsSite site, string action) => site.Cloud.Requests.ToList().FindIndex(r => r.Action == action);

    private static string?[] Values(AwsRequest request, params string[] names) => [.. names.Select(n => request[n])];

    private static void AssertTags(AwsRequest request, string type, params (string Key, string Value)[] expected)
    {
        var tags = Tags(request, type);
        foreach (var (key, value) in expected) Assert.Equal(value, tags.GetValueOrDefault(key));
        foreach (var mark in new[] { "build-uid", "target", "attempt", "key" }) Assert.NotEqual("", tags.GetValueOrDefault($"imageoperator.dev/{mark}", ""));
    }

    // As sent: the proxy takes some out of the form.
    private static Dictionary<string, string> Tags(AwsRequest request, string type)
    {
        var form = request.Sent;
        var number = form.First(p => p.Key.StartsWith("TagSpecification.", StringComparison.Ordinal) && p.Key.EndsWith(".ResourceType", StringComparison.Ordinal) && p.Value == type).Key.Split('.')[1];
        string? Of(string name) => form.FirstOrDefault(p => p.Key == $"TagSpecification.{number}.Tag.{name}").Value;
        return Enumerable.Range(1, 60).Where(i => Of($"{i}.Key") is not null).ToDictionary(i => Of($"{i}.Key")!, i => Of($"{i}.Value") ?? "");
    }
}
