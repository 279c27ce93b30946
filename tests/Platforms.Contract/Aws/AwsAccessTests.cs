using ImageOperator.Api.Conditions;
using ImageOperator.Api.Platforms;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>Builds by an ImagePlatform: who the builder is, and in which order it becomes that.</summary>
[Trait("Category", "Cloud")]
public sealed class AwsAccessTests(Moto moto, ITestOutputHelper output) : IDisposable
{
    private const string First = "arn:aws:iam::123456789012:role/builders";
    private const string Second = "arn:aws:iam::123456789012:role/images";

    private readonly string _folder = Directory.CreateTempSubdirectory("imageoperator-aws-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task KeysOfASecret_ThenRoles_AreAssumedInOrder()
    {
        Write(("accessKeyId", "AKIAFIRST\n"), ("secretAccessKey", "secret\n"));
        await BuildAsync(new() { SecretRef = new() { Name = "keys" } }, webIdentity: null, roles: [First, Second], (site, outcome) =>
        {
            Assert.True(outcome.Succeeded, outcome.Status.Failure?.Message);
            var assumed = site.Cloud.Requests.Where(r => r.Service == "sts").ToList();
            Assert.Equal([First, Second], assumed.Select(r => r["RoleArn"]));
            Assert.Equal("AKIAFIRST", assumed[0].AccessKey);
            Assert.NotEqual("AKIAFIRST", assumed[1].AccessKey);
            var session = Assert.Single(site.Cloud.Requests.Where(r => r.Service != "sts").Select(r => r.AccessKey).Distinct());
            Assert.DoesNotContain(session, assumed.Select(r => r.AccessKey));
        });
    }

    [Fact]
    public async Task TokenOfAServiceAccount_BecomesItsRole()
    {
        Write(("token", "a.b.c"));
        await BuildAsync(new() { ServiceAccountName = "builders" }, webIdentity: First, roles: [], (site, outcome) =>
        {
            Assert.True(outcome.Succeeded, outcome.Status.Failure?.Message);
            var assumed = Assert.Single(site.Cloud.Requests, r => r.Service != "ec2" && r.Service != "ssm");
            Assert.Equal(("AssumeRoleWithWebIdentity", First, "a.b.c"), (assumed.Action, assumed["RoleArn"], assumed["WebIdentityToken"]));
        });
    }

    [Fact]
    public async Task SecretWithoutAKey_TheFailureNamesIt()
    {
        Write(("accessKeyId", "AKIAFIRST"));
        await BuildAsync(new() { SecretRef = new() { Name = "keys" } }, webIdentity: null, roles: [], (site, outcome) =>
        {
            Assert.Equal(Reasons.Unauthorized, outcome.Status.Failure!.Reason);
            Assert.Contains("has no secretAccessKey", outcome.Status.Failure.Message, StringComparison.Ordinal);
            Assert.Empty(site.Cloud.Calls);
        });
    }

    private async Task BuildAsync(PlatformCredentials credentials, string? webIdentity, string[] roles, Action<AwsSite, Engine.Builds.BuildOutcome> check)
    {
        await using var site = new AwsSite(moto);
        var spec = new ImagePlatformSpec
        {
            Aws = new() { Region = AwsSite.Region, WebIdentityRoleArn = webIdentity, AssumeRoles = [.. roles.Select(r => new Api.Platforms.Aws.AssumedRole { RoleArn = r })] },
            Credentials = credentials,
        };
        site.Access = new(spec, _folder);
        site.Aws = site.Aws with { Region = null, Image = site.Aws.Image with { Copies = [], SsmParameter = null } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("access", async at => check(site, (await at.Case.RunAsync(at.Case.NextProcess()))!));
        tally.AssertGood();
    }

    private void Write(params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files) File.WriteAllText(Path.Combine(_folder, name), text);
    }
}
