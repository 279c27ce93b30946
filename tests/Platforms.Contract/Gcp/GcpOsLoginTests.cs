using System.Globalization;
using System.Text.Json.Nodes;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Provisioners;
using ImageOperator.Communicators.Ssh;
using ImageOperator.Platforms.Contract.Tests.Aws.Machines;
using ImageOperator.Platforms.Contract.Tests.Suite;
using ImageOperator.Provisioners;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>Logins by OS Login: the key is in a profile, and not in the machine's metadata.</summary>
[Trait("Category", "Cloud")]
public sealed class GcpOsLoginTests(ITestOutputHelper output)
{
    private const string Builder = "builder@lab-project.iam.gserviceaccount.com";

    /// <summary>Killed after each of the calls that OS Login adds; with stride 1 at all points.</summary>
    [Fact]
    public async Task KilledAtEachCallOfOsLogin_TheBuildIsRightOrNothingIsLeft()
    {
        await using var site = Site();
        await new KillMatrix(output, "oauth2.tokeninfo", "oslogin.users.importSshPublicKey", "oslogin.users.getLoginProfile", "oslogin.users.sshPublicKeys.delete").RunAsync(site);
    }

    [Fact]
    public async Task Request_HasNoKey_AndTheKeyEndsWithTheMachine()
    {
        await using var site = Site();
        site.Cloud.Instances.Constraints.Add("compute.requireOsLogin");
        site.Gcp = site.Gcp with { MachineLifetime = Api.Common.Duration.FromMinutes(90) };
        var tally = new Tally(site, output);
        await tally.CaseAsync("requests", async at =>
        {
            JsonNode? key = null;
            var process = at.Case.NextProcess();
            await at.AssertRightAsync(await at.Case.RunAsync(process));
            foreach (var machine in site.Cloud.Requests.Where(r => r.Method == "compute.instances.insert"))
            {
                var metadata = machine.Body!["metadata"]!["items"]!.AsArray().ToDictionary(i => (string)i!["key"]!, i => (string)i!["value"]!);
                Assert.Equal(("TRUE", "TRUE", false), (metadata["enable-oslogin"], metadata["block-project-ssh-keys"], metadata.ContainsKey("ssh-keys")));
            }

            var imported = site.Cloud.OsLogin.Imported;
            // One for the build, one for the test machine.
            Assert.Equal(2, imported.Count);
            key = imported[0].Key;
            Assert.Equal(Sessions.PublicKey, (string)key["key"]!);
            var lifetime = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse((string)key["expirationTimeUsec"]!, CultureInfo.InvariantCulture) / 1000) - imported[0].At;
            Assert.InRange(lifetime, TimeSpan.FromMinutes(89), TimeSpan.FromMinutes(90));
            Assert.Equal((Builder, GcpSite.Project), (imported[0].Account, imported[0].Project));
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task Organization_ThatRequiresOsLogin_TheHintSaysWhatToSet()
    {
        await using var site = Site();
        site.Gcp = site.Gcp with { OsLogin = null };
        site.Cloud.Instances.Constraints.Add("compute.requireOsLogin");
        var tally = new Tally(site, output);
        await tally.CaseAsync("required", async at =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Contains("set gcp.osLogin: true", outcome!.Status.Failure!.Hint, StringComparison.Ordinal);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    /// <summary>A node's account tells no address, only its number.</summary>
    [Fact]
    public async Task Account_ThatTellsItsNumberOnly_IsKnownByIt()
    {
        await using var site = Site();
        site.Cloud.OsLogin.TokenInfo = new JsonObject { ["azp"] = "114200073331234567890", ["aud"] = "114200073331234567890", ["scope"] = "https://www.googleapis.com/auth/cloud-platform" };
        var tally = new Tally(site, output);
        await tally.CaseAsync("number", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.Equal("114200073331234567890", site.Cloud.OsLogin.Imported[0].Account);
        });
        tally.AssertGood();
    }

    /// <summary>A person's whose token does not tell the address, and a federated one, which tokeninfo does not know.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Credentials_ThatTellNobody_AreRefused(bool known)
    {
        await using var site = Site();
        site.Cloud.OsLogin.TokenInfo = new JsonObject { ["azp"] = "32555940559.apps.googleusercontent.com" };
        if (!known) site.Cloud.OsLogin.OwnerOf = _ => null;
        var tally = new Tally(site, output);
        await tally.CaseAsync("nobody", async at =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal(Reasons.Unauthorized, outcome!.Status.Failure!.Reason);
            Assert.Contains("impersonateServiceAccounts", outcome.Status.Failure.Hint, StringComparison.Ordinal);
            Assert.Equal(0, site.BuildMachines);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task Profile_WithoutAnAccount_IsRefused_AndItsKeyRemoved()
    {
        await using var site = Site();
        site.Cloud.OsLogin.Username = null;
        var tally = new Tally(site, output);
        await tally.CaseAsync("no account", async at =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Contains("has no POSIX account", outcome!.Status.Failure!.Message, StringComparison.Ordinal);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task OsLogin_ThatFailsForAWhile_IsAskedAgain()
    {
        await using var site = Site();
        var tally = new Tally(site, output);
        foreach (var kind in new[] { FaultKind.ServerError, FaultKind.NoConnection, FaultKind.LostAnswer, FaultKind.Throttle })
        {
            await tally.CaseAsync($"{kind}", async at =>
            {
                site.Cloud.Faults = [new("oauth2.tokeninfo", 1, 1, kind), new("oslogin.users.importSshPublicKey", 1, 2, kind), new("oslogin.users.getLoginProfile", 1, 1, kind), new("oslogin.users.sshPublicKeys.delete", 1, 1, kind)];
                await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
                Assert.Equal(5, site.Cloud.Injected);
            });
        }

        tally.AssertGood();
    }

    [Fact]
    public void Platform_ThatLogsInByOsLogin_DoesForItsTargets()
    {
        var platform = new ImagePlatformSpec { Gcp = new() { Project = GcpSite.Project, OsLogin = true } };
        var target = new GcpSite().Gcp;
        Assert.True(PlatformDefaults.Apply(new() { Name = "lab", Gcp = target }, platform).Gcp!.OsLogin);
        Assert.False(PlatformDefaults.Apply(new() { Name = "lab", Gcp = target with { OsLogin = false } }, platform).Gcp!.OsLogin);
    }

    /// <summary>A real session: the machine lets in the keys of the profile only, and the user is OS Login's.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Build_OverSsh_LogsInAsTheProfilesUser(bool keyGetsThere)
    {
        await using var machines = new SshMachines(user: "sa_114200073331234567890");
        await using var site = new GcpSite(new QuickTime(20));
        site.Gcp = site.Gcp with { OsLogin = true };
        site.Cloud.Instances.HostKeyOf = machines.HostKey;
        var tally = new Tally(site, output);
        await tally.CaseAsync("a build over SSH", async at =>
        {
            site.Cloud.State.Host = machines;
            var soon = TimeSpan.FromSeconds(2);
            site.Cloud.State.Timings = new() { Start = soon, Guest = soon, Stop = soon, Delete = soon, Image = soon };
            if (!keyGetsThere) site.Cloud.OsLogin.Drops = true;
            at.Case.Real = (new SshCommunicatorFactory(TimeProvider.System), ProvisionerFactories.All);
            at.Case.Template = new()
            {
                Targets = [],
                // Not OS Login's: it does not count.
                Communicator = new() { Ssh = new() { User = "nobody-of-that-name", Timeout = Api.Common.Duration.FromSeconds(8) } },
                Provisioners = [new Provisioner { Name = "write", Shell = new() { Inline = ["echo built by $LOGNAME > /mnt/motd"] } }],
                Tests = [new ImageTest { Name = "read", Shell = new() { Inline = ["grep 'built by sa_114200073331234567890' /mnt/motd"] } }],
            };
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            if (keyGetsThere)
            {
                await at.AssertRightAsync(outcome);
                return;
            }

            Assert.Equal(Reasons.ConnectionFailed, outcome!.Status.Failure!.Reason);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    private static GcpSite Site()
    {
        var site = new GcpSite();
        site.Gcp = site.Gcp with { OsLogin = true };
        return site;
    }
}
