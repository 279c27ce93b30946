using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Builds;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>Look-ups in an account: AMIs, parameters, secrets.</summary>
[Trait("Category", "Cloud")]
public sealed class AwsLookupTests(Moto moto, ITestOutputHelper output)
{
    private const string Windows = "Windows_Server-2016-English-Full-Base-*";

    [Fact]
    public Task Image_TheNewestThatMatches() => BuildAsync(
        new() { Name = "found", Aws = new() { Image = new() { Name = Windows, Owners = ["amazon"] } }, Select = "self.id + \" \" + self.ownerId" },
        _ => Task.CompletedTask,
        async (site, commands, outcome) => Assert.Contains($"use {await site.ImageAsync(Windows)} 801119661308", commands));

    [Fact]
    public Task Image_NoneMatches_FailsBeforeAnythingIsMade() => BuildAsync(
        new() { Name = "found", Aws = new() { Image = new() { Name = "nothing-*", Owners = ["self"] }, Region = AwsSite.CopyRegion } },
        _ => Task.CompletedTask,
        (site, commands, outcome) => AssertFailed(site, outcome, $"lookups[found].aws.image: no AMI of self in {AwsSite.CopyRegion} is named nothing-*"));

    [Fact]
    public Task Parameter_IsRecordedOnce() => BuildAsync(
        new() { Name = "found", Aws = new() { Parameter = "/build/$(target.name)" } },
        site => site.WriteParameterAsync("/build/lab", "1.2.3"),
        (site, commands, outcome) =>
        {
            Assert.Contains("use 1.2.3", commands);
            Assert.Equal("\"1.2.3\"", Assert.Single(outcome.Status.Lookups!).Value);
            return Task.CompletedTask;
        });

    [Theory]
    [InlineData("/build/key", "SecureString")]
    [InlineData("/aws/reference/secretsmanager/build-key", null)]
    public Task Secret_IsUsedAndShownNowhere(string name, string? type) => BuildAsync(
        new() { Name = "found", Aws = new() { Parameter = name }, Sensitive = true },
        site => type is null ? site.WriteSecretAsync("build-key", "c4n4ry-of-aws") : site.WriteParameterAsync(name, "c4n4ry-of-aws", type),
        (site, commands, outcome) =>
        {
            Assert.Contains("use c4n4ry-of-aws", commands);
            var lookup = Assert.Single(outcome.Status.Lookups!);
            Assert.Null(lookup.Value);
            Assert.Equal(16, lookup.Digest.Length);
            return Task.CompletedTask;
        });

    [Fact]
    public Task EncryptedParameter_NotSensitive_SaysWhatToSet() => BuildAsync(
        new() { Name = "found", Aws = new() { Parameter = "/build/open" } },
        site => site.WriteParameterAsync("/build/open", "c4n4ry-of-aws", "SecureString"),
        (site, commands, outcome) =>
        {
            Assert.Equal("set sensitive: true in lookups[found]", outcome.Status.Failure!.Hint);
            return AssertFailed(site, outcome, "lookups[found].aws.parameter: /build/open is encrypted, and status would show its value");
        });

    private static Task AssertFailed(AwsSite site, BuildOutcome outcome, string message)
    {
        Assert.Equal((Reasons.LookupFailed, message), (outcome.Status.Failure!.Reason, outcome.Status.Failure.Message));
        Assert.DoesNotContain(site.Cloud.Requests, r => r.Action is "RunInstances" or "ImportKeyPair" or "CreateSecurityGroup");
        return Task.CompletedTask;
    }

    private async Task BuildAsync(Lookup lookup, Func<AwsSite, Task> prepare, Func<AwsSite, List<string>, BuildOutcome, Task> check)
    {
        await using var site = new AwsSite(moto);
        site.Aws = site.Aws with { Image = site.Aws.Image with { Copies = [], SsmParameter = null } };
        await moto.ResetAsync();
        await prepare(site);
        var tally = new Tally(site, output);
        await tally.CaseAsync("look-up", async at =>
        {
            var commands = new List<string>();
            at.Case.Template = at.Case.Template with { Lookups = [lookup], Provisioners = [new Provisioner { Name = "use", Shell = new() { Inline = ["use $(lookups.found)"] } }] };
            at.Case.Run = line => { commands.Add(line); return 0; };
            await check(site, commands, (await at.Case.RunAsync(at.Case.NextProcess()))!);
            Assert.DoesNotContain(at.Case.Store.History, h => h.Contains("c4n4ry", StringComparison.Ordinal));
        });
        tally.AssertGood();
    }
}
