using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Tests.Manifests;
using ImageOperator.Api.Validation;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>The sample of config/samples/aws builds, with nothing changed but a key: platform, credentials and template as they stand there.</summary>
[Trait("Category", "Cloud")]
public sealed class AwsSampleTests(Moto moto, ITestOutputHelper output)
{
    [Fact]
    public async Task Sample_Builds()
    {
        var platform = Read<ImagePlatformSpec>("platform.yaml");
        var template = Read<ImageTemplateSpec>("template.yaml");
        Assert.Empty(PlatformValidator.Validate(platform));
        var credentials = Directory.CreateTempSubdirectory("imageoperator-aws-").FullName;
        await File.WriteAllTextAsync(Path.Combine(credentials, "accessKeyId"), "AKIASAMPLE");
        await File.WriteAllTextAsync(Path.Combine(credentials, "secretAccessKey"), "secret");

        await using var site = new AwsSite(moto);
        site.Access = new(platform, credentials, "sample");
        site.Given = PlatformDefaults.Apply(template.Targets.Single(t => t.Name == "frankfurt"), platform);
        var tally = new Tally(site, output);
        await tally.CaseAsync("the sample", async at =>
        {
            at.Case.Template = template;
            at.Case.Parameters = new Dictionary<string, string> { ["release"] = template.Parameters.Single().Default!.Value.ToString() };
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());

            Assert.True(outcome!.Succeeded, outcome.Status.Failure?.Message);
            Assert.Equal(["eu-central-1", "eu-west-1"], outcome.Status.Artifacts!.Select(a => a.Location));
            Assert.All(site.Cloud.Requests, r => Assert.Equal("AKIASAMPLE", r.AccessKey));
            Assert.Matches("^web-1\\.1-[0-9a-f]{8}$", site.Cloud.Requests.First(r => r.Action == "CreateImage")["Name"]);
        });
        Directory.Delete(credentials, recursive: true);
        tally.AssertGood();
    }

    [Fact]
    public async Task PrivateSample_OpensNoPort_AndLeavesNoRole()
    {
        var (platform, template) = (Read<ImagePlatformSpec>("platform.yaml"), Read<ImageTemplateSpec>("template.yaml"));
        await using var site = new AwsSite(moto);
        // A key that there is, by its ARN: that is what AWS tells of the snapshots of one with an alias.
        var key = await site.MakeKeyAsync(AwsSite.CopyRegion);
        var target = template.Targets.Single(t => t.Name == "frankfurt-private");
        target = target with { Aws = target.Aws! with { Image = target.Aws.Image with { Copies = [target.Aws.Image.Copies.Single() with { KmsKeyId = key }] } } };
        site.Given = PlatformDefaults.Apply(target, platform);
        var before = await site.Prepare().IdentitiesAsync();
        var tally = new Tally(site, output);
        await tally.CaseAsync("the private sample", async at =>
        {
            at.Case.Template = template;
            at.Case.Parameters = new Dictionary<string, string> { ["release"] = template.Parameters.Single().Default!.Value.ToString() };
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());

            Assert.True(outcome!.Succeeded, outcome.Status.Failure?.Message);
            Assert.DoesNotContain("ec2:AuthorizeSecurityGroupIngress", site.Cloud.Calls);
            Assert.Contains("ssm:StartSession", site.Cloud.Calls);
            Assert.Contains("iam:AddRoleToInstanceProfile", site.Cloud.Calls);
            Assert.Contains("kms:CreateGrant", site.Cloud.Calls);
            Assert.Equal(before, await site.Prepare().IdentitiesAsync());
        });
        tally.AssertGood();
    }

    private static T Read<T>(string file) where T : class
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ImageOperator.sln"))) folder = folder.Parent!;
        return Yaml.Parse(File.ReadAllText(Path.Combine(folder.FullName, "config/samples/aws", file))).GetProperty("spec").Deserialize<T>(ApiJson.Options)!;
    }
}
