using System.Xml.Linq;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.EndToEnd.Tests.Status;
using ImageOperator.EndToEnd.Tests.Testbed;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Runtime.Conditions;
using k8s.Models;

namespace ImageOperator.EndToEnd.Tests.Aws;

/// <summary>One template, two targets: a disk image by QEMU and an AMI, both provisioned and tested over SSH.</summary>
[Trait("Category", "Cluster")]
public sealed class TwoPlatformsTests(Cluster cluster)
{
    private const string Region = "eu-central-1";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Build_OfQemuAndAws_BothArtifactsAreInStatus()
    {
        cluster.Require();
        cluster.RequireOurs();
        await using var emulator = await Emulator.StartAsync(cluster, Region);
        await Lab.RunAsync(cluster, "aws", async lab =>
        {
            await lab.Client.CreateAsync(
                new V1Secret
                {
                    Metadata = new() { Name = "aws", NamespaceProperty = lab.Namespace },
                    StringData = new Dictionary<string, string> { ["accessKeyId"] = "AKIALAB", ["secretAccessKey"] = "secret" },
                },
                Stop);
            await lab.Client.CreateAsync(
                new ImagePlatform
                {
                    Metadata = new() { Name = "frankfurt", NamespaceProperty = lab.Namespace },
                    Spec = new() { Aws = new() { Region = Region, Endpoint = emulator.Endpoint, Network = new() { SubnetIds = [emulator.Subnet] } }, Credentials = new() { SecretRef = new() { Name = "aws" } } },
                },
                Stop);
            var recipe = Recipes.Of([Recipes.Shell("write", "mkdir -p /mnt", "echo built >> /mnt/motd")], [Recipes.Test("once", "test \"$(wc -l < /mnt/motd)\" = 1")]);
            await using var watch = await lab.BuildAsync(recipe with { Targets = [recipe.Targets[0], Frankfurt] });

            var done = await watch.EndAsync();

            StatusContract.Holds(watch, KStatusCode.Current);
            Assert.Equal(["ami", "qcow2"], done.Status!.Artifacts!.Select(a => a.Type).Order(StringComparer.Ordinal));
            var ami = done.Status.Artifacts!.Single(a => a.Type == "ami");
            var image = Assert.Single((await emulator.Account.AskAsync(Region, "DescribeImages", $"&ImageId.1={ami.Id}")).Named("imagesSet").Elements());
            Assert.Equal("frankfurt-of-the-lab", image.Text("name"));
            // Nothing else of it is left.
            Assert.DoesNotContain(await emulator.Account.ReadAsync([Region]), l => l.Contains(" i-", StringComparison.Ordinal) || l.Contains(" key-", StringComparison.Ordinal));
            Assert.All(emulator.Cloud.Requests, r => Assert.Equal("AKIALAB", r.AccessKey));

            // The probe has looked for strays, too.
            var platform = await lab.Client.GetAsync<ImagePlatform>(lab.Key("frankfurt"), Stop);
            Assert.True(platform.Status!.Conditions!.IsTrue("Ready"));
            Assert.Equal((0, 0, null), (platform.Status.Strays!.Found, platform.Status.Strays.Removed, platform.Status.Strays.Error));
        });
    }

    private static Target Frankfurt => new()
    {
        Name = "frankfurt",
        PlatformRef = new() { Name = "frankfurt" },
        Aws = new()
        {
            Source = new() { Newest = new() { Name = "amzn2-ami-hvm-2.0.*", Owners = ["amazon"] } },
            Network = new() { Address = AwsAddress.Private },
            Image = new() { Name = "frankfurt-of-the-lab" },
        },
    };
}
