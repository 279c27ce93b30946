using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>AMIs that are shared with accounts which get grants on their keys. A key's grants are part of the account's listing.</summary>
[Trait("Category", "Cloud")]
public sealed class AwsGrantTests(Moto moto, ITestOutputHelper output)
{
    private const string Account = "210987654321";

    [Fact]
    public async Task KilledAroundItsCalls_NoGrantIsLeft()
    {
        await using var site = await PlaceAsync();
        await new KillMatrix(output, "CreateGrant", "PutParameter").RunAsync(site);
    }

    [Fact]
    public async Task Grant_IsForTheAccount_OnTheKeyOfTheRegion()
    {
        await using var site = await PlaceAsync();
        var tally = new Tally(site, output);
        await tally.CaseAsync("a grant", async at =>
        {
            site.Cloud.Faults = [new("CreateGrant", 1, 1, FaultKind.LostAnswer)];
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            var request = site.Cloud.Requests.First(r => r.Action == "CreateGrant");
            Assert.Equal(AwsSite.CopyRegion, request.Region);
            using var body = System.Text.Json.JsonDocument.Parse(request.Body);
            Assert.Equal($"arn:aws:iam::{Account}:root", body.RootElement.GetProperty("GranteePrincipal").GetString());
            Assert.Equal(
                ["CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom"],
                body.RootElement.GetProperty("Operations").EnumerateArray().Select(o => o.GetString()).Order(StringComparer.Ordinal));
            Assert.Empty(site.Cloud.Calls.Distinct().Except(PolicyTests.Allowed()));
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task BuildFailsAfterIt_TheGrantIsRevoked()
    {
        await using var site = await PlaceAsync();
        var tally = new Tally(site, output);
        await tally.CaseAsync("no parameter", async at =>
        {
            site.Cloud.Faults = [new("PutParameter", 1, 99, FaultKind.Denied)];
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.False(outcome!.Succeeded);
            Assert.Contains("kms:RevokeGrant", site.Cloud.Calls);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task GrantIsRefused_TheFailureNamesTheKey()
    {
        await using var site = await PlaceAsync();
        var tally = new Tally(site, output);
        await tally.CaseAsync("refused", async at =>
        {
            site.Cloud.Faults = [new("CreateGrant", 1, 99, FaultKind.Denied)];
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Contains($"of {site.Key!.Value.Arn} must allow kms:CreateGrant", outcome!.Status.Failure!.Hint, StringComparison.Ordinal);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    private async Task<AwsSite> PlaceAsync()
    {
        var site = new AwsSite(moto);
        var key = await site.MakeKeyAsync(AwsSite.CopyRegion);
        site.Aws = site.Aws with
        {
            Image = new()
            {
                Name = "web-lab-1",
                Copies = [new() { Region = AwsSite.CopyRegion, Encrypted = true, KmsKeyId = key }],
                ShareWith = new() { Accounts = [Account], Snapshots = true, KeyGrants = true },
                SsmParameter = "/images/web",
            },
        };
        return site;
    }
}
