using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Iam;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>Instance profiles that are made for a build. Roles and profiles are part of the account's listing: none is left.</summary>
[Trait("Category", "Cloud")]
public sealed class AwsProfileTests(Moto moto, ITestOutputHelper output)
{
    private const string Policy = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}""";
    private const string Managed = "arn:aws:iam::123456789012:policy/machines";

    [Fact]
    public async Task KilledAroundItsCalls_NoRoleIsLeft()
    {
        await using var site = await PlaceAsync();
        await new KillMatrix(output, "CreateRole", "AttachRolePolicy", "CreateInstanceProfile", "AddRoleToInstanceProfile", "DeleteInstanceProfile", "DeleteRolePolicy").RunAsync(site);
    }

    [Fact]
    public async Task Build_HasTheProfileWithItsPolicies_AsSoonAsEc2KnowsIt()
    {
        await using var site = await PlaceAsync();
        var account = site.Prepare();
        var tally = new Tally(site, output);
        await tally.CaseAsync("a profile", async at =>
        {
            IReadOnlyList<string> policies = [];
            var process = at.Case.NextProcess();
            process.AtPoint = name =>
            {
                if (name == "connect" && policies.Count == 0) policies = account.PoliciesOfAsync(NameOf(at, MachinePurpose.Build)).GetAwaiter().GetResult();
            };
            await at.AssertRightAsync(await at.Case.RunAsync(process));
            Assert.Equal([TemporaryProfile.PolicyName, Managed], policies);
            var runs = site.Cloud.Requests.Where(r => r.Action == "RunInstances").ToList();
            // Refused until EC2 knew it; the same for the test machine.
            Assert.True(runs.Count > 2, $"{runs.Count} calls");
            Assert.Equal([NameOf(at, MachinePurpose.Build), NameOf(at, MachinePurpose.Test)], runs.Select(r => r["IamInstanceProfile.Name"]).Distinct());
            Assert.All(runs, r => Assert.True(r["IamInstanceProfile.Name"]!.Length <= 64));
            var role = site.Cloud.Requests.First(r => r.Action == "CreateRole");
            Assert.Equal("/imageoperator/", role["Path"]);
            Assert.Contains(role.Form, p => p.Key.StartsWith("Tags.member.", StringComparison.Ordinal) && p.Value == at.Case.Uid);
            Assert.Empty(site.Cloud.Calls.Distinct().Except(PolicyTests.Allowed()));
        });
        tally.AssertGood();
    }

    [Theory]
    [InlineData(nameof(FaultKind.LostAnswer), "CreateRole")]
    [InlineData(nameof(FaultKind.LostAnswer), "AddRoleToInstanceProfile")]
    [InlineData(nameof(FaultKind.Throttle), "CreateInstanceProfile")]
    [InlineData(nameof(FaultKind.ServerError), "DeleteRole")]
    public async Task CallGoesWrong_TheBuildIsRight(string kind, string action)
    {
        await using var site = await PlaceAsync();
        var tally = new Tally(site, output);
        await tally.CaseAsync($"{kind} at {action}", async at =>
        {
            site.Cloud.Faults = [new(action, 1, 1, Enum.Parse<FaultKind>(kind))];
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task RolesAreNotAllowed_TheFailureSaysWhatIsMissing()
    {
        await using var site = await PlaceAsync();
        var tally = new Tally(site, output);
        await tally.CaseAsync("denied", async at =>
        {
            site.Cloud.Faults = [new("AttachRolePolicy", 1, 99, FaultKind.Denied)];
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal(Reasons.Unauthorized, outcome!.Status.Failure!.Reason);
            Assert.Contains("must allow iam:AttachRolePolicy", outcome.Status.Failure.Hint, StringComparison.Ordinal);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    private static string NameOf(Tally.At at, MachinePurpose purpose) => TemporaryProfile.NameOf(new(at.Case.Uid, "images", "web", "lab", 1), purpose);

    private async Task<AwsSite> PlaceAsync()
    {
        var site = new AwsSite(moto);
        await site.Prepare().MakePolicyAsync(Managed.Split('/')[^1], Policy);
        site.Aws = site.Aws with { TemporaryIamInstanceProfile = new() { Policy = Policy, ManagedPolicyArns = [Managed] }, Image = new() { Name = "web-lab-1" } };
        return site;
    }
}
