using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Communicators.Ssh;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Aws.Machines;
using ImageOperator.Platforms.Contract.Tests.Suite;
using ImageOperator.Provisioners;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>Builds whose machines are reached through Session Manager. Its sessions are part of the account's listing: none is left.</summary>
[Trait("Category", "Cloud")]
public sealed class AwsSessionManagerTests(Moto moto, ITestOutputHelper output)
{
    [Fact]
    public async Task KilledAroundItsCalls_NoSessionIsLeft()
    {
        await using var site = await PlaceAsync(new AwsSite(moto));
        await new KillMatrix(output, "DescribeInstanceInformation", "StartSession", "OpenDataChannel", "TerminateSession", "DescribeSessions").RunAsync(site);
    }

    [Fact]
    public async Task Build_OpensNoPort_AndMakesTheCallsOfThePolicy()
    {
        await using var site = await PlaceAsync(new AwsSite(moto));
        var tally = new Tally(site, output);
        await tally.CaseAsync("no port", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.DoesNotContain("ec2:AuthorizeSecurityGroupIngress", site.Cloud.Calls);
            Assert.Equal(2, site.Cloud.Calls.Count(c => c == "ssm:StartSession"));
            Assert.Empty(site.Cloud.Calls.Distinct().Except(PolicyTests.Allowed()));
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task LostAnswers_OfSessions_LeaveNone()
    {
        await using var site = await PlaceAsync(new AwsSite(moto));
        var tally = new Tally(site, output);
        await tally.CaseAsync("lost answers", async at =>
        {
            site.Cloud.Faults = [new("TerminateSession", 1, 20, FaultKind.ServerError), new("DescribeSessions", 1, 1, FaultKind.Throttle)];
            var build = await at.Case.RunAsync(at.Case.NextProcess());
            if (!build!.Succeeded || build.Status.CleanupErrors is not null)
            {
                site.Cloud.Faults = [];
                Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            }

            Assert.Empty(site.Cloud.Sessions.List());
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task Build_OverSshThroughTheTunnel_SurvivesItsBreaks()
    {
        await using var machines = new SshMachines();
        await using var site = await PlaceAsync(new AwsSite(moto, new QuickTime(20)));
        site.Aws = site.Aws with { Network = site.Aws.Network! with { SubnetIds = [await site.LoopbackSubnetAsync()] } };
        site.Workspace = Directory.CreateTempSubdirectory("imageoperator-tunnel-").FullName;
        var file = Path.Combine(site.Workspace, "payload");
        await File.WriteAllBytesAsync(file, System.Security.Cryptography.RandomNumberGenerator.GetBytes(4_000_000), TestContext.Current.CancellationToken);
        var tally = new Tally(site, output);
        await tally.CaseAsync("a build over SSH through Session Manager", async at =>
        {
            Prepare(site, at, machines);
            site.Cloud.Sessions.Trouble = new() { BreakAfter = [500, 2000], LoseAcknowledgement = 503, SwapOutput = 7 };
            at.Case.Template = at.Case.Template with
            {
                Provisioners =
                [
                    new Provisioner { Name = "copy", File = new() { Source = "payload", Destination = "/mnt/payload" } },
                    new Provisioner { Name = "write", Shell = new() { Inline = ["sha256sum < /mnt/payload > /mnt/sum"] } },
                ],
                Tests = [new ImageTest { Name = "read", Shell = new() { Inline = ["sha256sum < /mnt/payload | cmp - /mnt/sum", $"grep {Sum(file)} /mnt/sum"] } }],
            };
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal(2, machines.Started);
            Assert.Contains(site.Cloud.Sessions.All, s => s.Resumed >= 2);
            await at.AssertRightAsync(outcome);
        });
        Directory.Delete(site.Workspace, recursive: true);
        tally.AssertGood();
    }

    [Fact]
    public async Task Agent_NeverReports_TheFailureSaysWhatToDo()
    {
        await using var machines = new SshMachines();
        await using var site = await PlaceAsync(new AwsSite(moto, new QuickTime(20)));
        site.Aws = site.Aws with { IamInstanceProfile = null, Network = site.Aws.Network! with { SubnetIds = [await site.LoopbackSubnetAsync()] } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("no profile", async at =>
        {
            Prepare(site, at, machines);
            at.Case.Template = at.Case.Template with { Communicator = new() { Ssh = new() { User = "root", Timeout = Api.Common.Duration.FromSeconds(5) } } };
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            var failure = outcome!.Status.Failure!;
            Assert.Equal(Reasons.ConnectionFailed, failure.Reason);
            var diagnosis = Assert.Single(failure.Diagnosis!, d => d.Layer == ConnectionLayer.Tunnel);
            Assert.Equal(ConnectionReason.AgentOffline, diagnosis.Reason);
            Assert.Contains("set aws.iamInstanceProfile", diagnosis.Hint, StringComparison.Ordinal);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    private static string Sum(string file) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)));

    private static void Prepare(AwsSite site, Tally.At at, SshMachines machines)
    {
        site.Cloud.Host = machines;
        var soon = TimeSpan.FromSeconds(2);
        site.Cloud.Timings = new() { Start = soon, Stop = soon, Terminate = soon, Image = soon, Agent = TimeSpan.FromSeconds(20) };
        at.Case.Real = (new SshCommunicatorFactory(TimeProvider.System), ProvisionerFactories.All);
        at.Case.Template = new() { Targets = [], Communicator = new() { Ssh = new() { User = "root" } }, Provisioners = [], Tests = [] };
    }

    private static async Task<AwsSite> PlaceAsync(AwsSite site)
    {
        await site.MakeProfileAsync("builders");
        site.Aws = site.Aws with { Network = new() { Address = AwsAddress.SessionManager }, IamInstanceProfile = "builders", Image = new() { Name = "web-lab-1" } };
        return site;
    }
}
