using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Communicators.Ssh;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Aws.Machines;
using ImageOperator.Platforms.Contract.Tests.Suite;
using ImageOperator.Provisioners;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>Builds whose machines run: real sessions, with the host key that the user data brought, and a test of what was captured.</summary>
[Trait("Category", "Cloud")]
public sealed class AwsMachineTests(Moto moto, ITestOutputHelper output)
{
    [Theory]
    [InlineData("built by", true)]
    [InlineData("not there", false)]
    public async Task Build_OverSsh_TheTestMachineHasWhatWasProvisioned(string expected, bool succeeds)
    {
        await using var machines = new SshMachines();
        await using var site = new AwsSite(moto, new QuickTime(20));
        site.Aws = site.Aws with { Network = new() { SubnetIds = [await site.LoopbackSubnetAsync()], Address = Api.Targets.Aws.AwsAddress.Private } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("a build over SSH", async at =>
        {
            site.Cloud.Host = machines;
            var soon = TimeSpan.FromSeconds(2);
            site.Cloud.Timings = new() { Start = soon, Stop = soon, Terminate = soon, Image = soon };
            at.Case.Real = (new SshCommunicatorFactory(TimeProvider.System), ProvisionerFactories.All);
            at.Case.Template = new()
            {
                Targets = [],
                Communicator = new() { Ssh = new() { User = "root" } },
                Provisioners = [new Provisioner { Name = "write", Shell = new() { Inline = ["echo built by $(whoami) > /mnt/motd"] } }],
                Tests = [new ImageTest { Name = "read", Shell = new() { Inline = [$"grep '{expected}' /mnt/motd"] } }],
            };
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal(2, machines.Started);
            if (succeeds)
            {
                await at.AssertRightAsync(outcome);
                return;
            }

            Assert.Equal(Api.Conditions.Reasons.TestFailed, outcome!.Status.Failure!.Reason);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }
}
