using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Communicators.Ssh;
using ImageOperator.Platforms.Contract.Tests.Aws.Machines;
using ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;
using ImageOperator.Provisioners;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>Builds whose machines run: real sessions, with the host keys that the guest has told, and a test of what was captured.</summary>
[Trait("Category", "Cloud")]
public sealed class GcpMachineTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("built by", true)]
    [InlineData("not there", false)]
    public Task Build_OverSsh_TheTestMachineHasWhatWasProvisioned(string expected, bool succeeds) => BuildAsync(expected, GcpConnect.External, (_, _) => { }, async (site, at, outcome) =>
    {
        if (succeeds)
        {
            await at.AssertRightAsync(outcome);
            return;
        }

        Assert.Equal(Reasons.TestFailed, outcome.Status.Failure!.Reason);
        await at.AssertAsBeforeAsync();
    });

    [Fact]
    public Task Machine_WhoseHostKeyIsNotTheOneThatItsGuestTold_IsRefused() => BuildAsync("built by", GcpConnect.Internal, (site, _) => site.Cloud.Instances.HostKeyOf = _ => Sessions.PublicKey, async (site, at, outcome) =>
    {
        Assert.Equal(Reasons.ConnectionFailed, outcome.Status.Failure!.Reason);
        Assert.Contains("host key", outcome.Status.Failure.Message, StringComparison.OrdinalIgnoreCase);
        await at.AssertAsBeforeAsync();
    });

    /// <summary>The WebSocket breaks in the midst of the session, and nobody notices.</summary>
    [Fact]
    public Task Build_ThroughIap_GoesOnWhenTheTunnelBreaks() => BuildAsync("built by", GcpConnect.Iap, (_, relay) => relay.BreakAfter = 3000, async (site, at, outcome) =>
    {
        await at.AssertRightAsync(outcome);
        Assert.All(site.Cloud.Requests.Where(r => r.Method == "compute.instances.insert"), r => Assert.Null(r.Body!["networkInterfaces"]![0]!["accessConfigs"]));
    });

    /// <summary>The proxy is away for a while, and then there is no token for it.</summary>
    [Fact]
    public Task Build_ThroughIap_WaitsForProxyAndToken() => BuildAsync(
        "built by", GcpConnect.Iap,
        (site, relay) =>
        {
            (relay.BreakAfter, relay.Away) = (3000, 6);
            var failures = 2;
            site.Token = () => relay.Asked.Count(a => a.StartsWith("reconnect", StringComparison.Ordinal)) == 3 && failures-- > 0 ? throw new HttpRequestException("no token right now") : "testing";
        },
        async (site, at, outcome) => await at.AssertRightAsync(outcome));

    [Fact]
    public Task Iap_ThatRefuses_IsTold() => BuildAsync("built by", GcpConnect.Iap, (_, relay) => relay.Refuses = true, (site, at, outcome) =>
    {
        Assert.Equal(Reasons.ConnectionFailed, outcome.Status.Failure!.Reason);
        Assert.Contains(at.Case.Log.Events.OfType<Engine.Events.BuildEvent.Message>(), m => m.Text.Contains("4033 'not authorized'", StringComparison.Ordinal));
        return at.AssertAsBeforeAsync();
    });

    private async Task BuildAsync(string expected, GcpConnect connect, Action<GcpSite, IapRelay> prepare, Func<GcpSite, Tally.At, Engine.Builds.BuildOutcome, Task> check)
    {
        await using var machines = new SshMachines();
        await using var site = new GcpSite(new QuickTime(20));
        using var relay = new IapRelay(site.Cloud.State);
        site.Tunnel = relay.Address;
        site.Gcp = site.Gcp with { Network = new() { Connect = connect } };
        site.Cloud.Instances.HostKeyOf = machines.HostKey;
        prepare(site, relay);
        var tally = new Tally(site, output);
        await tally.CaseAsync("a build over SSH", async at =>
        {
            site.Cloud.State.Host = machines;
            var soon = TimeSpan.FromSeconds(2);
            site.Cloud.State.Timings = new() { Start = soon, Guest = soon, Stop = soon, Delete = soon, Image = soon };
            at.Case.Real = (new SshCommunicatorFactory(TimeProvider.System), ProvisionerFactories.All);
            at.Case.Template = new()
            {
                Targets = [],
                Communicator = new() { Ssh = new() { User = "root", Timeout = Api.Common.Duration.FromSeconds(8) } },
                Provisioners = [new Provisioner { Name = "write", Shell = new() { Inline = ["echo built by $(whoami) > /mnt/motd", "head -c 200000 /dev/zero | base64"] } }],
                Tests = [new ImageTest { Name = "read", Shell = new() { Inline = [$"grep '{expected}' /mnt/motd"] } }],
            };
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            if (connect == GcpConnect.Iap) Assert.All(relay.Asked, a => Assert.EndsWith("bot:iap-tunneler Bearer testing", a, StringComparison.Ordinal));
            if (relay.BreakAfter > 0) Assert.Contains(relay.Asked, a => a.StartsWith("reconnect", StringComparison.Ordinal));
            Assert.True(relay.Away <= 0, "it was not asked again as often as the proxy was away");
            await check(site, at, outcome!);
        });
        tally.AssertGood();
    }
}
