using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Communicators.Ssh;
using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;
using ImageOperator.Platforms.Contract.Tests.Azure.Machines;
using ImageOperator.Platforms.Contract.Tests.Suite;
using ImageOperator.Provisioners;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>Builds whose machines run: real sessions, with the host key that the custom data brought, and a test of what was captured.</summary>
[Trait("Category", "Cloud")]
public sealed class AzureMachineTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("built by", true)]
    [InlineData("not there", false)]
    public async Task Build_OverSsh_TheTestMachineHasWhatWasProvisioned(string expected, bool succeeds)
    {
        await using var machines = new SshHost();
        await using var site = new AzureSite(new QuickTime(20));
        // What a machine of the test's own has for the agent: nothing of this machine may be taken away.
        site.Azure = site.Azure with { GeneralizeCommand = "test -f /mnt/motd && echo generalized > /mnt/agent", Image = site.Azure.Image with { Gallery = null } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("a build over SSH", async at =>
        {
            site.Cloud.Host = machines;
            site.Cloud.Addresses = n => $"127.{200 + (Environment.ProcessId % 50)}.{n / 250}.{1 + (n % 250)}";
            site.Cloud.Timings = ArmTimings.Quick(TimeSpan.FromSeconds(2));
            at.Case.Real = (new SshCommunicatorFactory(TimeProvider.System), ProvisionerFactories.All);
            at.Case.Template = new()
            {
                Targets = [],
                Communicator = new() { Ssh = new() { User = "root" } },
                Provisioners = [new Provisioner { Name = "write", Shell = new() { Inline = ["echo built by $(whoami) > /mnt/motd"] } }],
                Tests = [new ImageTest { Name = "read", Shell = new() { Inline = [$"grep '{expected}' /mnt/motd && grep generalized /mnt/agent"] } }],
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
